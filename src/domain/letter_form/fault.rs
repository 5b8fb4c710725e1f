//! What can be wrong with a letter form. The sentences for people stand in `templates/cli/form_faults.toml`, one per code.

use serde::Serialize;

/// One fault: which field, and what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FormFault {
    /// The field as it is reached from the top (`to[2].address`, counted from 1); empty where the whole text is meant.
    pub field: String,
    /// What is wrong.
    #[serde(flatten)]
    pub kind: FormFaultKind,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum FormFaultKind {
    /// Not TOML.
    Syntax {
        /// Line, from 1.
        line: usize,
        /// Character of that line, from 1.
        column: usize,
    },
    /// A key that nobody knows.
    UnknownKey {
        /// The keys that exist here.
        expected: Vec<&'static str>,
    },
    /// Something must stand there.
    Missing,
    /// A value that is no text, and must be one.
    NotText,
    /// A value that is no date, and must be one.
    NotDate,
    /// A value that is no table, and must be one.
    NotTable,
    /// Too many characters.
    TooLong {
        /// How many are allowed.
        limit: usize,
    },
    /// A character that does not show: a control character, a mark of direction.
    HiddenCharacter,
    /// Not a date.
    BadDate {
        /// What was given.
        given: String,
    },
    /// Not a date with a time in the city's own time.
    BadMoment {
        /// What was given.
        given: String,
    },
    /// An event that ends before it starts.
    EndsBeforeStart,
    /// None of the words of a closed set.
    UnknownWord {
        /// What was given.
        given: String,
        /// The words that exist.
        expected: String,
    },
    /// Not a code.
    BadCode {
        /// What was given.
        given: String,
    },
    /// Not the name of a group.
    BadGroupName {
        /// What was given.
        given: String,
    },
    /// A sender or recipient that names none or several of the ways to name one.
    WhoUnclear {
        /// The keys of which exactly one belongs there.
        expected: Vec<&'static str>,
    },
    /// The letter is addressed to nobody.
    NobodyAddressed,
    /// No position, and no unit, of that code.
    UnknownCode {
        /// What was given.
        given: String,
    },
    /// No unit of that code.
    UnknownUnit {
        /// What was given.
        given: String,
    },
    /// No group of that name.
    UnknownGroup {
        /// What was given.
        given: String,
        /// The groups that exist.
        expected: Vec<String>,
    },
    /// A position or a group that is closed.
    Ended {
        /// What was given.
        given: String,
        /// Its last day.
        last: String,
    },
    /// An exception that is no member of the group.
    NotInGroup {
        /// What was given.
        given: String,
        /// The group.
        group: String,
    },
    /// A group that names nobody, after its exceptions.
    EmptyGroup {
        /// The group.
        group: String,
    },
    /// A recipient who is named already.
    Duplicate {
        /// The field that names him first.
        first: String,
    },
    /// More recipients than a letter may have.
    TooManyRecipients {
        /// How many there are.
        found: usize,
        /// How many are allowed.
        limit: usize,
    },
    /// A postal address without a postcode of five digits.
    NoPostcode,
    /// A postal address without street and place.
    NoStreet,
    /// A letter from outside that would have come in on a day that is yet to come.
    ReceivedLater {
        /// What was given.
        given: String,
    },
    /// A date on the letter that is yet to come.
    DatedLater {
        /// What was given.
        given: String,
    },
    /// To be done by a time that is over.
    DueOver {
        /// What was given.
        given: String,
        /// What time it is in the city.
        now: String,
    },
    /// An invitation to something that is over.
    EventOver {
        /// When it was over.
        given: String,
        /// What time it is in the city.
        now: String,
    },
}

/// What was decided in place of the writer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum FormNote {
    /// The class is none that exists: the letter counts as secret.
    ClassUnknown {
        /// What was given.
        given: String,
    },
}
