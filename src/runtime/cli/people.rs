//! Options of the commands for the desk, the trays, people and the evidence.

use clap::{Args, Subcommand};
use jiff::civil::Date;
use std::path::PathBuf;

/// Understanding mails.
#[derive(Debug, Args)]
pub struct Inspect {
    /// The mails.
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// Registry of the town, as CSV; otherwise that of the installation.
    #[arg(long, value_name = "DIR")]
    pub town: Option<PathBuf>,
    /// Tokens of deliveries, as CSV (`token`, `position_code`, `email`, `sent_at`, `subject`).
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
    Cancel {
        /// Cancels a numbered copy of a secret letter too.
        #[arg(long)]
        yes: bool,
        /// The step.
        #[command(flatten)]
        step: DeskStep,
    },
}

/// What belongs to every step of the desk.
#[derive(Debug, Args)]
pub struct DeskStep {
    /// Id of the print job, or the code on its cover sheet (as typed, or as a scanner reads the QR code).
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
        #[arg(long)]
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
    /// It was recorded by mistake: before it begins or on its first day it can be taken back.
    Revoke {
        /// Employee number.
        employee: String,
        /// First day of the absence.
        #[arg(long)]
        from: Date,
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
        /// Id of a letter or its number, or id of a delivery.
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
