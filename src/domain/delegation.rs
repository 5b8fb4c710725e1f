//! Who stands in for whom, and who is away. Dates are days of the city, first and last included.

use super::codes::{EmployeeNumber, PositionCode};
use super::ids::{AbsenceId, DelegationId};
use super::words::words;
use jiff::civil::Date;

words! {
    /// In what capacity a person acts for a position.
    Capacity {
        /// Holds the post.
        Definitive = "definitive",
        /// Penjabat: holds it provisionally, inaugurated.
        Pj = "pj",
        /// Pelaksana harian: the holder is away for days.
        Plh = "plh",
        /// Pelaksana tugas: the post is vacant.
        Plt = "plt",
    }

    /// Why a person is off duty.
    AbsenceReason {
        /// Cuti.
        Leave = "leave",
        /// Tugas belajar.
        Study = "study",
        /// Pensiun.
        Retired = "retired",
        /// Proses hukum.
        LegalProcess = "legal_process",
        /// Dinas luar.
        Travel = "travel",
        /// Not told (imported rows).
        Unstated = "unstated",
    }
}

impl AbsenceReason {
    /// Whether the powers end with it. Who is on leave or travels may still act, and the first act wins; who is retired or
    /// under a legal process may not.
    pub const fn ends_power(self) -> bool {
        matches!(self, Self::Retired | Self::LegalProcess)
    }
}

impl Capacity {
    /// Abbreviation in front of the position title, with a trailing space: "Plh. "; empty for the definitive holder.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Definitive => "",
            Self::Pj => "Pj. ",
            Self::Plh => "Plh. ",
            Self::Plt => "Plt. ",
        }
    }

    /// True where somebody acts for a post that is not his own.
    pub const fn is_acting(self) -> bool {
        matches!(self, Self::Plh | Self::Plt)
    }
}

/// A span of days, both ends included; an open end has no last day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Option<Date>,
}

impl Days {
    /// Whether `day` lies in the span.
    pub fn contains(self, day: Date) -> bool {
        self.from <= day && self.to.is_none_or(|last| day <= last)
    }

    /// Whether two spans share a day.
    pub fn overlaps(self, other: Self) -> bool {
        self.to.is_none_or(|last| other.from <= last) && other.to.is_none_or(|last| self.from <= last)
    }

    /// The days of two spans that overlap.
    #[must_use]
    pub fn shared(self, other: Self) -> Self {
        Self { from: self.from.max(other.from), to: self.to.into_iter().chain(other.to).min() }
    }
}

/// A person acting for a position on an order (surat perintah).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delegation {
    /// Id in the record.
    pub id: DelegationId,
    /// The post.
    pub position: PositionCode,
    /// Who acts.
    pub delegate: EmployeeNumber,
    /// Plh or Plt.
    pub capacity: Capacity,
    /// When.
    pub days: Days,
    /// Number of the order; may be empty for imported rows.
    pub order_number: String,
    /// Whether secret letters go to the delegate too.
    pub includes_secret: bool,
}

/// A person off duty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Absence {
    /// Id in the record.
    pub id: AbsenceId,
    /// Who.
    pub official: EmployeeNumber,
    /// When.
    pub days: Days,
    /// Why.
    pub reason: AbsenceReason,
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn days_include_both_ends() {
        let leave = Days { from: date(2026, 12, 7), to: Some(date(2026, 12, 11)) };
        assert!(leave.contains(date(2026, 12, 7)) && leave.contains(date(2026, 12, 11)));
        assert!(!leave.contains(date(2026, 12, 6)) && !leave.contains(date(2026, 12, 12)));
    }

    #[test]
    fn an_open_end_overlaps_everything_later() {
        let open = Days { from: date(2026, 1, 1), to: None };
        let later = Days { from: date(2030, 1, 1), to: Some(date(2030, 1, 2)) };
        let before = Days { from: date(2025, 1, 1), to: Some(date(2025, 12, 31)) };
        assert!(open.overlaps(later) && later.overlaps(open));
        assert!(!open.overlaps(before) && !before.overlaps(open));
    }
}
