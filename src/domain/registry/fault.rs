//! What can be wrong with the files of a registry, as typed data.
//!
//! The sentences for people stand in `templates/cli/import_faults.toml`, one per code.

use serde::Serialize;

/// One fault: where, and what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ImportFault {
    /// Name of the file.
    pub file: String,
    /// Line of the row, the header being 1; where a row spans lines, its first one.
    pub line: u64,
    /// Column; `None` where the fault belongs to the row or the file.
    pub column: Option<String>,
    /// What is wrong.
    #[serde(flatten)]
    pub kind: FaultKind,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum FaultKind {
    /// There is no such file; its line is 0.
    FileMissing,
    /// The bytes are not UTF-8.
    NotUtf8,
    /// No header row.
    Empty,
    /// Semicolons or tabs between the columns, as some spreadsheets save them.
    WrongDelimiter,
    /// A quotation mark that is never closed.
    QuoteOpen,
    /// A quotation mark in the middle of a field, or text after a closing one (RFC 4180 2.5, 2.7).
    QuoteStray,
    /// A character in a cell that does not show: a control character, a mark of direction.
    HiddenCharacter,
    /// A column that must be there is not.
    ColumnMissing {
        /// Its name.
        name: String,
    },
    /// A column stands in the header twice.
    ColumnTwice {
        /// Its name.
        name: String,
    },
    /// A column that nobody knows.
    ColumnUnknown {
        /// What was given.
        given: String,
        /// What exists.
        expected: Vec<&'static str>,
    },
    /// The row has more or fewer cells than the header.
    Ragged {
        /// Cells of the header.
        expected: usize,
        /// Cells of the row.
        found: usize,
    },
    /// The cell must not be empty.
    Blank,
    /// Too many characters.
    TooLong {
        /// How many are allowed.
        limit: usize,
    },
    /// Not a code.
    BadCode {
        /// What was given.
        given: String,
    },
    /// A code whose lower-case form cannot stand before the @ of a mail address.
    NotAddressable {
        /// What was given.
        given: String,
    },
    /// A position's code that is a unit's code too, so that both would have the same mail address.
    CodeOfUnit {
        /// What was given.
        given: String,
        /// Line of the unit.
        other: u64,
    },
    /// Not the name of a group.
    BadGroupName {
        /// What was given.
        given: String,
    },
    /// A group whose rows name different last days.
    GroupEnds {
        /// The group.
        group: String,
        /// Line of the first one.
        other: u64,
    },
    /// A key that stands in an earlier row already.
    Duplicate {
        /// What was given.
        given: String,
        /// Line of the first one.
        other: u64,
    },
    /// A code or number that the other file does not have.
    Unknown {
        /// What was given.
        given: String,
        /// The file where it should stand.
        source: String,
    },
    /// The rows above each other lead back to the first.
    Circle {
        /// The codes of the circle, each followed by the one above it.
        path: Vec<String>,
    },
    /// Not a date of the form YYYY-MM-DD.
    BadDate {
        /// What was given.
        given: String,
    },
    /// The end lies before the begin.
    DatesReversed {
        /// Begin.
        from: String,
        /// End.
        to: String,
    },
    /// None of the words of a closed set.
    UnknownWord {
        /// What was given.
        given: String,
        /// The words that exist.
        expected: String,
    },
    /// Not a mail address.
    BadEmail {
        /// What was given.
        given: String,
    },
    /// A mail address that another person has.
    EmailTwice {
        /// What was given.
        given: String,
        /// Line of the first one.
        other: u64,
    },
    /// Not 18 digits.
    BadNumber {
        /// How many characters were given.
        found: usize,
    },
    /// Two holders of one position on one day.
    TwoHolders {
        /// The position.
        position: String,
        /// Line of the other one.
        other: u64,
    },
    /// Two stand-ins for one position on one day.
    TwoDelegations {
        /// The position.
        position: String,
        /// Line of the other one.
        other: u64,
    },
    /// The stand-in is the holder himself.
    DelegateHolds {
        /// The position.
        position: String,
        /// Line of his tenure.
        other: u64,
    },
    /// The stand-in is being stood in for on his own post on the same days.
    DelegateAway {
        /// His own position.
        position: String,
        /// Line of that other delegation.
        other: u64,
    },
    /// Two operators of one unit who begin on the same day, or an end given that lies after the next one's begin.
    TwoOperators {
        /// The unit.
        unit: String,
        /// Line of the other one.
        other: u64,
    },
    /// A third person at the desk of a unit.
    ThirdAtDesk {
        /// The unit.
        unit: String,
        /// Line of the deputy who is there already.
        other: u64,
    },
    /// One person as operator and deputy of one unit on one day.
    DeputyOfHimself {
        /// The unit.
        unit: String,
        /// Line of the other row.
        other: u64,
    },
    /// An operator who cannot be written to.
    OperatorWithoutEmail {
        /// Employee number.
        number: String,
    },
}
