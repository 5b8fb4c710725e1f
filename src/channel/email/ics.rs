//! An invitation as a calendar file (RFC 5545, published as RFC 5546 3.2.1 says): one event at one time in one zone.
//!
//! In come the values of a letter; out goes text in lines of CRLF, none longer than 75 octets. Nobody is asked for an RSVP:
//! who is invited answers in the mail itself, where it is proven who he is. The same letter gives the same bytes.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// The event of a letter.
#[derive(Debug, Clone)]
pub struct Event<'a> {
    /// The same for every recipient and every resend, so that a calendar holds the event once.
    pub uid: String,
    /// When the letter was accepted.
    pub stamp: Timestamp,
    /// Begin, in the city.
    pub starts: DateTime,
    /// End; without one the calendar shows the begin alone.
    pub ends: Option<DateTime>,
    /// The city's zone.
    pub zone: &'a TimeZone,
    /// What it is.
    pub summary: &'a str,
    /// Where.
    pub place: &'a str,
    /// Number and sender, each a line.
    pub description: String,
    /// Name of the sender, at the gateway's address.
    pub organizer: (&'a str, &'a str),
}

/// The file.
pub fn publish(event: &Event<'_>) -> String {
    let zone = event.zone.iana_name().map(|name| (name, event.zone));
    let mut out = Lines::default();
    out.line("BEGIN:VCALENDAR");
    out.line("VERSION:2.0");
    out.line("PRODID:-//kurir//letters//ID");
    out.line("METHOD:PUBLISH");
    if let Some((name, zone)) = zone {
        observance(&mut out, name, zone, event.starts);
    }
    out.line("BEGIN:VEVENT");
    out.line(&format!("UID:{}", text(&event.uid)));
    out.line(&format!("DTSTAMP:{}", utc(event.stamp)));
    out.line("SEQUENCE:0");
    out.line(&moment("DTSTART", event.starts, event.zone));
    if let Some(ends) = event.ends.filter(|ends| *ends > event.starts) {
        out.line(&moment("DTEND", ends, event.zone));
    }
    out.line(&format!("SUMMARY:{}", text(event.summary)));
    if !event.place.is_empty() {
        out.line(&format!("LOCATION:{}", text(event.place)));
    }
    out.line(&format!("DESCRIPTION:{}", text(&event.description)));
    let (name, address) = event.organizer;
    out.line(&format!("ORGANIZER;CN=\"{}\":mailto:{address}", quoted(name)));
    out.line("STATUS:CONFIRMED");
    out.line("END:VEVENT");
    out.line("END:VCALENDAR");
    out.text
}

/// The zone as it is on the day of the event. Cities of Indonesia never change their clocks, so one rule says it all.
fn observance(out: &mut Lines, name: &str, zone: &TimeZone, starts: DateTime) {
    let at = zone.to_ambiguous_timestamp(starts).compatible().unwrap_or(Timestamp::UNIX_EPOCH);
    let told = zone.to_offset_info(at);
    let seconds = told.offset().seconds();
    let (sign, seconds) = if seconds < 0 { ('-', -seconds) } else { ('+', seconds) };
    let offset = format!("{sign}{:02}{:02}", seconds / 3_600, seconds % 3_600 / 60);
    out.line("BEGIN:VTIMEZONE");
    out.line(&format!("TZID:{name}"));
    out.line("BEGIN:STANDARD");
    out.line("DTSTART:19700101T000000");
    out.line(&format!("TZOFFSETFROM:{offset}"));
    out.line(&format!("TZOFFSETTO:{offset}"));
    out.line(&format!("TZNAME:{}", text(told.abbreviation())));
    out.line("END:STANDARD");
    out.line("END:VTIMEZONE");
}

fn moment(name: &str, at: DateTime, zone: &TimeZone) -> String {
    if let Some(zone) = zone.iana_name() {
        return format!("{name};TZID={zone}:{}", at.strftime("%Y%m%dT%H%M%S"));
    }
    format!("{name}:{}", utc(zone.to_ambiguous_timestamp(at).compatible().unwrap_or(Timestamp::UNIX_EPOCH)))
}

fn utc(at: Timestamp) -> String {
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// A value of type TEXT (RFC 5545 3.3.11).
fn text(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '\\' | ';' | ',' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// A quoted parameter value: it has no way to carry a quotation mark.
fn quoted(value: &str) -> String {
    value.chars().filter(|c| !c.is_control() && *c != '"').collect()
}

#[derive(Default)]
struct Lines {
    text: String,
}

impl Lines {
    /// One content line, folded at 75 octets without cutting a character.
    fn line(&mut self, line: &str) {
        let mut length = 0;
        for c in line.chars() {
            if length + c.len_utf8() > 75 {
                self.text.push_str("\r\n ");
                length = 1;
            }
            self.text.push(c);
            length += c.len_utf8();
        }
        self.text.push_str("\r\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn event<'a>(zone: &'a TimeZone, summary: &'a str) -> Event<'a> {
        Event {
            uid: "0192@kurir.example".to_owned(),
            stamp: "2026-12-08T01:30:00Z".parse().unwrap(),
            starts: date(2026, 12, 10).at(9, 0, 0, 0),
            ends: Some(date(2026, 12, 10).at(12, 0, 0, 0)),
            zone,
            summary,
            place: "Aula Setda, lantai 3; gedung A",
            description: "005/1/SETDA/2026\nSekretaris Daerah".to_owned(),
            organizer: ("Sekretaris \"Daerah\"\r\nX:1", "kurir@kurir.example"),
        }
    }

    #[test]
    fn lines_are_folded_and_values_cannot_begin_a_line_of_their_own() {
        let zone = TimeZone::get("Asia/Makassar").unwrap();
        let summary = format!("Rapat; koordinasi, {}\r\nATTACH:x", "é".repeat(80));
        let out = publish(&event(&zone, &summary));
        assert!(out.split("\r\n").all(|line| line.len() <= 75), "{out}");
        assert!(!out.replace("\r\n", "").contains(['\r', '\n']), "{out}");
        let unfolded = out.replace("\r\n ", "");
        assert!(unfolded.contains("SUMMARY:Rapat\\; koordinasi\\, é") && unfolded.contains("\\nATTACH:x"), "{unfolded}");
        assert!(unfolded.contains("LOCATION:Aula Setda\\, lantai 3\\; gedung A\r\n"), "{unfolded}");
        assert!(unfolded.contains("ORGANIZER;CN=\"Sekretaris DaerahX:1\":mailto:kurir@kurir.example\r\n"), "{unfolded}");
        assert!(unfolded.contains("DTSTART;TZID=Asia/Makassar:20261210T090000\r\n"), "{unfolded}");
        assert!(unfolded.contains("TZOFFSETTO:+0800\r\nTZNAME:WITA\r\n"), "{unfolded}");
    }

    #[test]
    fn a_zone_without_a_name_is_told_in_utc_and_no_end_is_no_end() {
        let zone = TimeZone::fixed(jiff::tz::offset(7));
        let out = publish(&Event { ends: None, ..event(&zone, "Rapat") });
        assert!(out.contains("DTSTART:20261210T020000Z\r\n") && !out.contains("DTEND") && !out.contains("VTIMEZONE"), "{out}");
    }
}
