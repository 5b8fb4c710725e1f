//! The invented town of the practice room.
//!
//! In comes the day on which the room opens; out come the files of a registry, as a city would hand them in (`config/town`).
//! Nobody in them exists, and every mail domain ends in `.example`.

use crate::domain::registry::{RegistryFile, RegistryFiles};
use jiff::ToSpan;
use jiff::civil::Date;

/// The town's name.
pub const CITY: &str = "Kota Tirtasari";
/// Its official mail domain; every unit has a name of its own below it.
pub const MAIL_DOMAIN: &str = "tirtasari.example";
/// The domain of the gateway's own addresses.
pub const GATEWAY_DOMAIN: &str = "kurir.tirtasari.example";
/// Employee number of the print clerk, who is the deputy at the desk of Bagian Umum.
pub const PRINT_CLERK: &str = "198807272012011934";

/// The mailbox that the page opens first: the head of the health office, who has most to answer.
pub const FIRST_MAILBOX: &str = "maharani.puspita@dinkes.tirtasari.example";

const UNITS: &str = include_str!("../../config/town/units.csv");
const POSITIONS: &str = include_str!("../../config/town/positions.csv");
const OFFICIALS: &str = include_str!("../../config/town/officials.csv");
const INCUMBENCIES: &str = include_str!("../../config/town/incumbencies.csv");
const OPERATORS: &str = include_str!("../../config/town/operators.csv");
const HOLIDAYS: &str = include_str!("../../config/town/holidays.csv");

/// The registry of the town, with the head of Karangsuji on leave from the day before `today` to the fifth day after it.
pub fn registry(today: Date) -> RegistryFiles {
    let day = |offset: i32| today.checked_add(offset.days()).unwrap_or(today).to_string();
    let incumbencies = INCUMBENCIES.replace("PLH-FROM", &day(-1)).replace("PLH-TO", &day(5));
    RegistryFiles {
        units: RegistryFile::new("units.csv", UNITS),
        positions: RegistryFile::new("positions.csv", POSITIONS),
        officials: RegistryFile::new("officials.csv", OFFICIALS),
        incumbencies: RegistryFile::new("incumbencies.csv", incumbencies),
        operators: RegistryFile::new("operators.csv", OPERATORS),
        holidays: RegistryFile::new("holidays.csv", HOLIDAYS),
        groups: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::delegation::Capacity;
    use crate::domain::directory::{Directory, Holder};
    use crate::domain::registry::{RegistryImport, read};
    use jiff::civil::date;

    fn town(today: Date) -> RegistryImport {
        read(&registry(today)).unwrap_or_else(|faults| panic!("{faults:#?}"))
    }

    #[test]
    fn the_town_imports_without_a_fault_on_any_day() {
        for today in [date(2026, 11, 24), date(2027, 1, 1), date(2028, 2, 29), date(2040, 12, 31)] {
            let import = town(today);
            let leave = &import.delegations[0];
            assert!(import.delegations.len() == 1 && leave.days.contains(today), "{today}");
            assert_eq!(import.implied_absences()[0].0.as_str(), "197607182001122917");
        }
    }

    #[test]
    fn it_has_what_the_practice_room_shows() {
        let import = town(date(2026, 11, 24));
        let silent: Vec<&str> =
            import.officials.iter().filter(|one| one.email.is_none()).map(|one| one.number.as_str()).collect();
        let without_mail: Vec<&str> = (import.incumbencies.iter())
            .filter(|row| silent.contains(&row.official.as_str()))
            .map(|row| row.position.as_str())
            .collect();
        assert_eq!(without_mail, ["KASI-LAYANAN", "LURAH-KBN"]);
        let held = |code: &str| import.incumbencies.iter().any(|row| row.position.as_str() == code);
        let vacant: Vec<&str> = import.positions.iter().map(|post| post.code.as_str()).filter(|code| !held(code)).collect();
        assert_eq!(vacant, ["KABID-IKP"]);
        assert!(import.units.iter().all(|unit| import.operators.iter().any(|row| row.unit == unit.code)));
        assert!(import.operators.iter().any(|row| row.official.as_str() == PRINT_CLERK));
    }

    #[test]
    fn somebody_answers_for_every_post_but_the_vacant_one() {
        let today = date(2026, 11, 24);
        let mut count = 0;
        let record = town(today).into_record(|| {
            count += 1;
            uuid::Uuid::from_u128(count)
        });
        let directory = Directory::new(record.parts);
        for post in &directory.parts().positions {
            let holder = directory.holder(&post.code, today);
            match post.code.as_str() {
                "KABID-IKP" => assert_eq!(holder, Holder::Vacant),
                "CAMAT-KRS" => {
                    let Holder::Held { official, capacity: Capacity::Plh, stands_in_for: Some(away), .. } = holder else {
                        panic!("{holder:?}")
                    };
                    assert_eq!(
                        (official.name.as_str(), away.name.as_str()),
                        ("Doni Kurniawan, S.H.", "Hj. Fitria Handayani, M.AP.")
                    );
                }
                _ => assert!(matches!(holder, Holder::Held { delegation: None, .. }), "{}", post.code),
            }
            let (_, desk) = directory.operator_of(&post.unit, today).unwrap();
            assert_eq!(desk.code, post.unit);
        }
    }

    #[test]
    fn every_address_of_the_town_is_invented() {
        for one in town(date(2026, 11, 24)).officials {
            assert!(one.email.is_none_or(|email| email.ends_with(".example")), "{}", one.number);
        }
    }

    #[test]
    fn its_groups_are_those_a_city_writes_to() {
        let groups = town(date(2026, 11, 24)).groups;
        let members = |name: &str| groups.iter().find(|group| group.name == name).map_or(0, |group| group.members.len());
        assert_eq!((members("semua-camat"), members("semua-lurah"), members("semua-kepala-dinas")), (2, 3, 2));
        assert_eq!(members("semua-kepala-puskesmas"), 1);
    }
}
