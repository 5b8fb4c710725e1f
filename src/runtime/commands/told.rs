//! What lines show to people: labels instead of codes, days in the city's words, complaints with their remedy.

use crate::domain::calendar::WorkCalendar;
use crate::domain::delivery::Channel;
use crate::flow::House;
use crate::flow::administer::AdministerError;
use crate::flow::handover::DeskError;
use crate::render::moment::Moment;
use crate::runtime::words::{grouped, line};
use jiff::Timestamp;
use jiff::civil::Date;

/// The label of a closed word; the code itself where there is none.
pub fn label(house: &House, group: &str, code: &str) -> String {
    house.desk.label(group, code).unwrap_or(code).to_owned()
}

/// "8 Desember 2026".
pub fn day(house: &House, day: Date) -> String {
    house.desk.day(&Moment::day(day))
}

/// "Sel, 8 Des 2026 08.30", in the city's zone.
pub fn at(house: &House, calendar: &WorkCalendar, at: Timestamp) -> String {
    house.desk.short(&Moment::at(calendar, at))
}

/// Why an administrative act was not possible, and what to do.
pub fn not_administered(house: &House, error: &AdministerError) -> String {
    match error {
        AdministerError::UnknownOfficial(number) => line("official_unknown", &[("employee", number.as_str())]),
        AdministerError::NoAddress(number) => line("official_without_address", &[("employee", number.as_str())]),
        AdministerError::NotLinked(number) => line("not_linked", &[("employee", number.as_str())]),
        AdministerError::NotAbsent(number) => line("not_absent", &[("employee", number.as_str())]),
        AdministerError::NotAbsentFrom(number, from) => {
            line("not_absent_from", &[("employee", number.as_str()), ("from", &day(house, *from))])
        }
        AdministerError::AbsenceCounts(number, from) => {
            line("absence_counts", &[("employee", number.as_str()), ("from", &day(house, *from))])
        }
        AdministerError::Unknown(what) => line("id_unknown", &[("id", what)]),
        AdministerError::Turned { from, to } => line("absence_turned", &[("from", &day(house, *from)), ("to", &day(house, *to))]),
        AdministerError::StandIn(fault) => grouped("stand_in", fault.as_str(), &[]),
        AdministerError::NotNow(state, channel) => {
            let states = if *channel == Channel::Print { "print_job" } else { "delivery_state" };
            line("delivery_not_now", &[("state", &label(house, states, state.as_str()))])
        }
        AdministerError::Withheld => line("delivery_withheld", &[]),
        AdministerError::Underway(id) => line("delivery_underway", &[("id", &id.to_string())]),
        AdministerError::Store(error) => error.to_string(),
    }
}

/// Why the print desk could not do that, and what to do.
pub fn not_at_the_desk(house: &House, error: &DeskError) -> String {
    let state = |code: &str| label(house, "print_job", code);
    match error {
        DeskError::Unknown(id) => line("print_unknown", &[("id", &id.to_string())]),
        DeskError::NotNow { state: now, to } => {
            line("print_not_now", &[("state", &state(now.as_str())), ("to", &state(to.as_str()))])
        }
        DeskError::NotSpooled => line("print_not_spooled", &[]),
        DeskError::ReceiverMissing => line("print_receiver_missing", &[]),
        DeskError::Spool(reason) => line("print_spool", &[("reason", reason)]),
        DeskError::Store(error) => error.to_string(),
    }
}
