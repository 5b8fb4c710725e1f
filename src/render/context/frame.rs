//! What stands around every mail: letterhead, salutation, footer.

use serde::Serialize;

/// How a person is called in sentences. From the person's own setting, never guessed from a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub enum You {
    /// No setting.
    #[default]
    #[serde(rename = "Bapak/Ibu")]
    Either,
    /// Bapak.
    #[serde(rename = "Bapak")]
    Bapak,
    /// Ibu.
    #[serde(rename = "Ibu")]
    Ibu,
}

impl You {
    /// The word itself.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Either => "Bapak/Ibu",
            Self::Bapak => "Bapak",
            Self::Ibu => "Ibu",
        }
    }
}

/// Whom the mail greets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "to", rename_all = "snake_case")]
pub enum Salutation {
    /// A position: "Yth. Plh. Camat Mekarwangi, di Sukamaju".
    Official {
        /// Title with the capacity in front.
        capacity_position: String,
        /// Place.
        place: String,
        /// Second line of the HTML mail, small: who receives this and in what capacity; may be empty.
        person: String,
    },
    /// A unit's operator.
    Operator {
        /// Name of the unit.
        unit: String,
    },
    /// A clerk of the print desk.
    Clerk {
        /// Name of the desk.
        desk: String,
    },
    /// The administrator.
    Administrator,
    /// Anybody else.
    Other,
}

/// Where a message can be checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verify {
    /// Address of the verification page.
    pub url: String,
    /// Verification code.
    pub code: String,
}

/// Letterhead, salutation and footer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Frame {
    /// "Kota Sukamaju".
    pub city: String,
    /// Second line of the letterhead: office of the sender; empty where Kurir itself speaks.
    pub office: String,
    /// Whom it greets.
    pub salutation: Salutation,
    /// How it calls him.
    pub you: You,
    /// Address of the seal.
    pub seal_address: String,
    /// Whom to ask, one line.
    pub help_contact: String,
    /// Where to check it, once there is such a page.
    pub verify: Option<Verify>,
    /// The city's own sentence that names its regulation.
    pub legal_line: Option<String>,
    /// Reply token, printed as `Kode naskah:`.
    pub letter_token: Option<String>,
    /// Address that the reply buttons of the HTML write to; without it there are no buttons.
    pub reply_address: Option<String>,
    /// In a chat that may not have the content: the desk that brings it on paper, where no mail does.
    pub paper_desk: Option<String>,
}
