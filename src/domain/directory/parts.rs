//! The rows of a directory: units, positions, people, holders, desks, groups.

use crate::domain::codes::{EmployeeNumber, PositionCode, UnitCode};
use crate::domain::delegation::{Absence, Capacity, Days, Delegation};
use crate::domain::ids::{LinkId, OfficialId};
use crate::domain::words::words;
use jiff::civil::Date;
use std::collections::BTreeSet;

words! {
    /// Kind of a unit.
    UnitKind {
        /// Sekretariat.
        Secretariat = "secretariat",
        /// Dinas, badan.
        Agency = "agency",
        /// Inspektorat.
        Inspectorate = "inspectorate",
        /// Kecamatan.
        District = "district",
        /// Kelurahan.
        Village = "village",
        /// UPTD and the like.
        TechnicalUnit = "technical_unit",
    }

    /// First or second at a unit's desk.
    OperatorRole {
        /// The operator.
        Operator = "operator",
        /// The deputy.
        Deputy = "deputy",
    }

    /// State of a personal channel.
    PersonalChannelState {
        /// Works as far as anybody knows.
        Verified = "verified",
        /// Bounced hard.
        Bounced = "bounced",
        /// The owner blocked the bot.
        Blocked = "blocked",
        /// Taken away or disowned.
        Removed = "removed",
    }
}

/// An organisational unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrgUnit {
    /// Code.
    pub code: UnitCode,
    /// Name.
    pub name: String,
    /// Kind.
    pub kind: UnitKind,
    /// The unit above.
    pub parent: Option<UnitCode>,
    /// Postal address.
    pub address: String,
    /// Courier route.
    pub route: String,
}

/// What a letter is addressed to; it survives people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    /// Code.
    pub code: PositionCode,
    /// Full title.
    pub title: String,
    /// Short title for subjects and lists; the full title where the registry has none.
    pub short_title: String,
    /// Unit it belongs to.
    pub unit: UnitCode,
    /// The post above.
    pub superior: Option<PositionCode>,
    /// What people type for it.
    pub aliases: Vec<String>,
    /// Its last day; `None` while it is not closed.
    pub until: Option<Date>,
}

impl Position {
    /// Whether it may be addressed on a day.
    pub fn is_open(&self, day: Date) -> bool {
        self.until.is_none_or(|last| day <= last)
    }
}

/// A person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Official {
    /// Id in the record.
    pub id: OfficialId,
    /// Employee number.
    pub number: EmployeeNumber,
    /// Name with titles.
    pub name: String,
    /// Pangkat; may be empty.
    pub rank: String,
    /// Golongan; may be empty.
    pub grade: String,
    /// Registered address in lower case.
    pub email: Option<String>,
    /// Whether that address works.
    pub email_state: PersonalChannelState,
    /// Linked chat.
    pub telegram: Option<TelegramLink>,
}

impl Official {
    /// The address that may be written to now.
    pub fn working_email(&self) -> Option<&str> {
        self.email.as_deref().filter(|_| self.email_state == PersonalChannelState::Verified)
    }

    /// The chat that may be written to now.
    pub fn working_chat(&self) -> Option<i64> {
        self.telegram.as_ref().filter(|link| link.state == PersonalChannelState::Verified).map(|link| link.chat)
    }
}

/// A chat account bound to a person by a one-time code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TelegramLink {
    /// Id in the record.
    pub id: LinkId,
    /// Numeric user id, which is the id of the private chat too.
    pub chat: i64,
    /// Whether it works.
    pub state: PersonalChannelState,
}

/// A person on a post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incumbency {
    /// The post.
    pub position: PositionCode,
    /// Who.
    pub official: EmployeeNumber,
    /// Definitive or pj.
    pub capacity: Capacity,
    /// When.
    pub days: Days,
}

/// A person at a unit's desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitOperator {
    /// The unit.
    pub unit: UnitCode,
    /// Who.
    pub official: EmployeeNumber,
    /// Operator or deputy.
    pub role: OperatorRole,
    /// When.
    pub days: Days,
}

/// A named list of positions ("semua-camat").
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its name, as letters write it.
    pub name: String,
    /// Members in order.
    pub members: Vec<PositionCode>,
    /// Its last day; `None` while it is not closed.
    pub until: Option<Date>,
}

impl Group {
    /// Whether it may be addressed on a day.
    pub fn is_open(&self, day: Date) -> bool {
        self.until.is_none_or(|last| day <= last)
    }

    /// Whether another one names the same posts for the same time, in whatever order.
    pub fn is_like(&self, other: &Self) -> bool {
        let posts = |group: &Self| group.members.iter().cloned().collect::<BTreeSet<PositionCode>>();
        self.name == other.name && self.until == other.until && posts(self) == posts(other)
    }
}

/// Everything that a directory is made of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DirectoryParts {
    /// Units.
    pub units: Vec<OrgUnit>,
    /// Positions.
    pub positions: Vec<Position>,
    /// People.
    pub officials: Vec<Official>,
    /// Holders.
    pub incumbencies: Vec<Incumbency>,
    /// Stand-ins.
    pub delegations: Vec<Delegation>,
    /// Absences.
    pub absences: Vec<Absence>,
    /// Desks.
    pub operators: Vec<UnitOperator>,
    /// Groups.
    pub groups: Vec<Group>,
}
