//! The letter (naskah dinas) and its fields (`domain.md` 1.3, told in docs/glossary.md).

use super::codes::{PositionCode, UnitCode};
use super::words::words;
use jiff::civil::{Date, DateTime};
use serde::{Deserialize, Serialize};

words! {
    /// What kind of naskah dinas it is.
    LetterKind {
        /// Surat dinas.
        OfficialLetter = "official_letter",
        /// Nota dinas.
        InternalMemo = "internal_memo",
        /// Undangan.
        Invitation = "invitation",
        /// Surat edaran.
        Circular = "circular",
        /// Surat tugas.
        Assignment = "assignment",
        /// Surat perintah.
        Order = "order",
        /// Keputusan.
        Decree = "decree",
        /// Instruksi.
        Instruction = "instruction",
        /// Pengumuman.
        Announcement = "announcement",
        /// Laporan.
        Report = "report",
        /// Notula.
        Minutes = "minutes",
        /// Lainnya.
        Other = "other",
    }

    /// How quickly it must be known and answered (derajat kecepatan).
    Urgency {
        /// Biasa.
        Normal = "normal",
        /// Segera.
        Urgent = "urgent",
        /// Sangat segera.
        Immediate = "immediate",
    }

    /// Who may see it (tingkat keamanan). Ordered: later is stricter.
    SecurityClass {
        /// Biasa (B).
        Ordinary = "ordinary",
        /// Terbatas (T).
        Restricted = "restricted",
        /// Rahasia (R).
        Secret = "secret",
        /// Sangat rahasia (SR).
        TopSecret = "top_secret",
    }

    /// Whether the recipient is addressed or copied.
    RecipientRole {
        /// Tujuan.
        To = "to",
        /// Tembusan.
        Cc = "cc",
    }

    /// A part of a postal address.
    AddressPart {
        /// Street and place.
        Street = "address",
        /// Postcode.
        Postcode = "postcode",
    }

    /// How a letter from outside reached the unit that registers it.
    ReceiptWay {
        /// Handed over the counter.
        Counter = "counter",
        /// By post.
        Post = "post",
        /// By courier.
        Courier = "courier",
        /// By e-mail.
        Email = "email",
        /// In another way.
        Other = "other",
    }
}

impl SecurityClass {
    /// An unknown class counts as secret (product rule "Channels by class").
    pub fn parse_or_secret(text: &str) -> Self {
        text.parse().unwrap_or(Self::Secret)
    }

    /// True where no content may leave on an electronic channel.
    pub const fn is_closed(self) -> bool {
        matches!(self, Self::Secret | Self::TopSecret)
    }
}

/// Where paper goes: name lines and a full postal address.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PostalParty {
    /// Person or body.
    pub name: String,
    /// Street, number, place and postcode, one line.
    pub address: String,
}

/// What a street and a place need at least; what is shorter names none.
const STREET: usize = 10;

impl PostalParty {
    /// What the address lacks to be delivered by hand or post: a street with its place, a postcode of five digits.
    pub fn lacks(&self) -> Option<AddressPart> {
        if self.address.trim().chars().count() < STREET {
            return Some(AddressPart::Street);
        }
        let digits = self.address.split(|c: char| !c.is_ascii_digit());
        (!digits.into_iter().any(|run| run.len() == 5)).then_some(AddressPart::Postcode)
    }
}

/// Who a letter is from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sender {
    /// A position of the city.
    Position(PositionCode),
    /// A unit of the city.
    Unit(UnitCode),
    /// Somebody outside the city; a unit registered the letter.
    Outside(OutsideSender),
}

/// A sender outside the city and how his letter came in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutsideSender {
    /// Citizen, RW, agency.
    pub name: String,
    /// Where to answer to.
    pub address: String,
    /// How it arrived.
    pub way: ReceiptWay,
    /// When it arrived.
    pub received: Date,
    /// The unit that registered it.
    pub registered_by: UnitCode,
}

/// Whom a letter names, before anybody is looked up.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Addressee {
    /// A position.
    Position(PositionCode),
    /// A unit: its operator receives.
    Unit(UnitCode),
    /// A named group of positions ("semua-camat"), with exceptions.
    Group {
        /// Name of the group in the registry.
        name: String,
        /// Positions that are left out.
        #[serde(default)]
        except: Vec<PositionCode>,
    },
    /// Somebody who is not in the registry: paper.
    Outside(PostalParty),
}

/// One line of "Yth." or "Tembusan".
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Recipient {
    /// Addressed or copied.
    pub role: RecipientRole,
    /// Who.
    pub addressee: Addressee,
}

/// Time and place of what a letter invites to, in the city's own time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// Begin.
    pub starts: DateTime,
    /// End; `None` is "s.d. selesai".
    #[serde(default)]
    pub ends: Option<DateTime>,
    /// Where.
    pub place: String,
}

/// A letter as it stands in the record, without its files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// The caller's own id; the same id and content again is the same letter.
    pub caller_id: String,
    /// Opaque number, never parsed.
    pub letter_number: String,
    /// Date on the letter.
    pub letter_date: Date,
    /// Kind.
    pub kind: LetterKind,
    /// Speed.
    pub urgency: Urgency,
    /// Security class.
    pub class: SecurityClass,
    /// Archive code; may be empty.
    pub classification_code: String,
    /// Hal.
    pub subject: String,
    /// Isi ringkas; may be empty.
    pub summary: String,
    /// From whom.
    pub sender: Sender,
    /// To whom and copied to whom, in the order of the letter.
    pub recipients: Vec<Recipient>,
    /// Number of the letter that this one answers.
    pub answers: Option<String>,
    /// What it invites to.
    pub event: Option<Event>,
    /// When the sender wants it done, in the city's own time.
    pub due: Option<DateTime>,
}

/// A file of a letter: bytes in are bytes out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LetterFile {
    /// Name as the sender wrote it.
    pub name: String,
    /// Media type.
    pub media_type: String,
    /// Lower-case hex SHA-256 of the bytes; also the key in the file store.
    pub sha256: String,
    /// Bytes.
    pub size: u64,
    /// Pages of a PDF.
    pub pages: Option<u32>,
    /// True for the letter itself, false for an attachment.
    pub is_letter: bool,
}
