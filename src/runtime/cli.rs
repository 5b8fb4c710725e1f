//! The command line: names, options, help. What the commands do stands in `commands`.

mod people;

pub use people::{Absence, DeskStep, Evidence, Inspect, Link, Print, Tray};

use super::config::Source;
use clap::{Args, Parser, Subcommand};
use jiff::civil::Date;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Kurir carries a city's official letters, with proof.
#[derive(Debug, Parser)]
#[command(name = "kurir", version, about, propagate_version = true, disable_help_subcommand = true)]
pub struct Arguments {
    /// Configuration file of the installation.
    #[arg(long, global = true, value_name = "FILE", conflicts_with = "dir")]
    pub config: Option<PathBuf>,
    /// Folder of the installation (with or without a kurir.toml in it).
    #[arg(long, global = true, value_name = "DIR")]
    pub dir: Option<PathBuf>,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

impl Arguments {
    /// Where the installation is: as told, else the folder one stands in.
    pub fn source(&self) -> Source {
        match (&self.config, &self.dir) {
            (Some(file), _) => Source::File(file.clone()),
            (None, Some(dir)) => Source::Dir(dir.clone()),
            (None, None) => Source::Dir(PathBuf::from(".")),
        }
    }
}

/// Every command.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// The practice room: an invented town, nothing leaves this machine.
    Demo(Demo),
    /// The daemon.
    Serve(Serve),
    /// Tries every door and says what to do.
    Check(Check),
    /// Brings the schema of the database up to date.
    Migrate,
    /// Units, positions, officials, incumbencies, operators, holidays as CSV.
    #[command(subcommand)]
    Registry(Registry),
    /// Letters.
    #[command(subcommand)]
    Letter(Letter),
    /// Outgoing deliveries.
    #[command(subcommand)]
    Queue(Queue),
    /// Pause and resume a channel.
    #[command(subcommand)]
    Channel(Channel),
    /// Keeps one mail from standard input (the pipe of an MTA) or from files.
    Ingest {
        /// Files; none reads standard input.
        files: Vec<PathBuf>,
    },
    /// How kurir understands mails, storing nothing: one JSON object a line.
    Inspect(Inspect),
    /// The print desk.
    #[command(subcommand)]
    Print(Print),
    /// What waits for a person.
    #[command(subcommand)]
    Tray(Tray),
    /// Who is off duty, with or without a delegate.
    #[command(subcommand)]
    Absence(Absence),
    /// Ends the trial mode.
    GoLive {
        /// Does it; without, only the number of withheld deliveries is told.
        #[arg(long)]
        yes: bool,
    },
    /// The evidence.
    #[command(subcommand)]
    Evidence(Evidence),
    /// Linking a person's Telegram.
    #[command(subcommand)]
    Link(Link),
    /// State of everything, in numbers.
    Status {
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Measures this machine, in an installation of its own.
    #[command(subcommand)]
    Bench(super::bench::Bench),
    /// Sets paper forms for the daemon; not for people.
    #[command(hide = true)]
    RenderWorker,
}

/// The practice room.
#[derive(Debug, Args)]
pub struct Demo {
    /// Plays the story unattended, prints it as JSON and exits.
    #[arg(long)]
    pub check: bool,
    /// Address of the page.
    #[arg(long, default_value = "127.0.0.1:8025")]
    pub listen: SocketAddr,
}

/// The daemon.
#[derive(Debug, Args)]
pub struct Serve {
    /// Address of the pages, instead of the configured one.
    #[arg(long)]
    pub listen: Option<SocketAddr>,
}

/// Trying the doors.
#[derive(Debug, Args)]
pub struct Check {
    /// Sends a signed trial mail to this address.
    #[arg(long, value_name = "ADDRESS")]
    pub send_to: Option<String>,
    /// As JSON.
    #[arg(long)]
    pub json: bool,
}

/// The registry.
#[derive(Debug, Subcommand)]
pub enum Registry {
    /// Reads a folder of CSV files.
    Import {
        /// The folder.
        folder: PathBuf,
        /// Ends rows that the files no longer have on this day.
        #[arg(long, value_name = "DATE")]
        close_missing: Option<Date>,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Writes a folder of CSV files.
    Export {
        /// The folder.
        folder: PathBuf,
    },
    /// Shows who holds what today.
    Show {
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
}

/// Letters.
#[derive(Debug, Subcommand)]
pub enum Letter {
    /// Submits a letter.
    Submit {
        /// Its form (docs/letter-form.md).
        form: PathBuf,
        /// Its PDF.
        #[arg(long)]
        pdf: PathBuf,
        /// An attachment; may be repeated.
        #[arg(long)]
        attach: Vec<PathBuf>,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Shows a letter with its deliveries and acts.
    Show {
        /// Id or number.
        letter: String,
        /// Why this recipient (code or name) gets it the way he does.
        #[arg(long, value_name = "RECIPIENT")]
        why: Option<String>,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Lists the newest letters.
    List {
        /// How many.
        #[arg(long, default_value_t = 20)]
        limit: u32,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// The route of a letter: of a form, without sending, or of an accepted letter, as it would be today.
    Route {
        /// A form (FILE.toml), an id or a number.
        letter: String,
        /// With the reasons.
        #[arg(long)]
        explain: bool,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
}

/// Outgoing deliveries.
#[derive(Debug, Subcommand)]
pub enum Queue {
    /// Lists what is not settled.
    List {
        /// Only of this letter.
        #[arg(long)]
        letter: Option<String>,
        /// Only on this channel.
        #[arg(long)]
        channel: Option<String>,
        /// Only with this reason.
        #[arg(long)]
        reason: Option<String>,
        /// Only older than so many hours.
        #[arg(long, value_name = "HOURS")]
        older: Option<u32>,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Shows one delivery with its attempts.
    Show {
        /// Id of the delivery.
        id: String,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Keeps it from leaving.
    Hold {
        /// Id of the delivery.
        id: String,
    },
    /// Lets it leave again.
    Release {
        /// Id of the delivery.
        id: String,
    },
    /// Tries it now.
    Retry {
        /// Id of the delivery.
        id: String,
    },
    /// Ends it.
    Cancel {
        /// Id of the delivery.
        id: String,
        /// Does it.
        #[arg(long)]
        yes: bool,
    },
}

/// Channels.
#[derive(Debug, Subcommand)]
pub enum Channel {
    /// Stops a channel (email, telegram, print).
    Pause {
        /// Which.
        channel: String,
    },
    /// Starts it again.
    Resume {
        /// Which.
        channel: String,
    },
}
