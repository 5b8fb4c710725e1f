//! The command line: names, options, help. What the commands do stands in `commands`.

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

/// Understanding mails.
#[derive(Debug, Args)]
pub struct Inspect {
    /// The mails.
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// Registry of the town, as CSV; otherwise that of the installation.
    #[arg(long, value_name = "DIR")]
    pub town: Option<PathBuf>,
    /// Tokens of deliveries, as CSV (token, position_code, email, sent_at, subject).
    #[arg(long, value_name = "FILE")]
    pub deliveries: Option<PathBuf>,
    /// Name under which the border server writes its results.
    #[arg(long, value_name = "ID")]
    pub authserv_id: Option<String>,
    /// Trust anchors for signatures of officials.
    #[arg(long, value_name = "FILE")]
    pub anchors: Option<PathBuf>,
    /// The moment of receipt; otherwise each mail's own Date.
    #[arg(long, value_name = "TIME")]
    pub now: Option<jiff::Timestamp>,
}

/// The print desk.
#[derive(Debug, Subcommand)]
pub enum Print {
    /// Lists print jobs.
    List {
        /// Settled ones too.
        #[arg(long)]
        all: bool,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Takes a job from the queue.
    Claim(DeskStep),
    /// It is on paper.
    Printed(DeskStep),
    /// The courier has it.
    Dispatched(DeskStep),
    /// Somebody took it.
    Delivered {
        /// Who took it.
        #[arg(long, value_name = "NAME")]
        to: String,
        /// The step.
        #[command(flatten)]
        step: DeskStep,
    },
    /// The recipient did not take it.
    Refused(DeskStep),
    /// There is no such address.
    NotFound(DeskStep),
    /// It is back at the desk.
    Returned(DeskStep),
    /// It is not to be printed.
    Cancel(DeskStep),
}

/// What belongs to every step of the desk.
#[derive(Debug, Args)]
pub struct DeskStep {
    /// Id of the print job.
    pub id: String,
    /// Clerk or courier.
    #[arg(long, default_value = "petugas cetak")]
    pub by: String,
    /// Remark.
    #[arg(long, default_value = "")]
    pub note: String,
}

/// The tray.
#[derive(Debug, Subcommand)]
pub enum Tray {
    /// Lists what waits.
    List {
        /// Closed items too.
        #[arg(long)]
        all: bool,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Shows one item.
    Show {
        /// Id of the item.
        id: String,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Closes an item.
    Close {
        /// Id of the item.
        id: String,
        /// Who closes it.
        #[arg(long, default_value = "operator")]
        by: String,
        /// What came of it.
        #[arg(long, default_value = "checked")]
        outcome: String,
    },
}

/// Absences.
#[derive(Debug, Subcommand)]
pub enum Absence {
    /// Somebody is off duty.
    Add {
        /// Employee number.
        employee: String,
        /// First day.
        #[arg(long)]
        from: Date,
        /// Last day; none: open.
        #[arg(long)]
        to: Option<Date>,
        /// leave, study, retired, `legal_process`, travel.
        #[arg(long)]
        reason: String,
        /// Employee number of the delegate.
        #[arg(long, requires_all = ["position", "order"])]
        delegate: Option<String>,
        /// Post that the delegate stands in for.
        #[arg(long)]
        position: Option<String>,
        /// Number of the order (surat perintah).
        #[arg(long)]
        order: Option<String>,
        /// Secret letters go to the delegate too.
        #[arg(long)]
        secret: bool,
    },
    /// He is back.
    End {
        /// Employee number.
        employee: String,
        /// Last day of the absence.
        #[arg(long)]
        on: Date,
    },
}

/// Evidence.
#[derive(Debug, Subcommand)]
pub enum Evidence {
    /// Shows the facts of a letter or a delivery.
    Show {
        /// Id of the letter or its number.
        id: String,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Walks the whole chain; exits 1 where it does not fit.
    Verify {
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
}

/// Links.
#[derive(Debug, Subcommand)]
pub enum Link {
    /// Sends a one-time code to the registered address.
    Issue {
        /// Employee number.
        employee: String,
    },
    /// Takes the link away.
    Revoke {
        /// Employee number.
        employee: String,
    },
}
