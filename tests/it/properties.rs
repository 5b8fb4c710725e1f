//! Routing over generated towns: whatever the registry says and whoever is away, nobody is lost and nothing leaks.

use crate::town::letters::{letter, outside, position, recipient};
use jiff::civil::{Date, date};
use kurir::domain::delegation::{Absence, AbsenceReason, Days};
use kurir::domain::delivery::Channel;
use kurir::domain::directory::{Directory, DirectoryParts, PersonalChannelState, TelegramLink};
use kurir::domain::ids::{AbsenceId, LinkId};
use kurir::domain::letter::{Addressee, Letter, RecipientRole, SecurityClass};
use kurir::domain::registry::read;
use kurir::domain::routing::{Address, Content, LegRecipient, Route, RouteReason, RoutingRules, RoutingView, route};
use proptest::prelude::*;
use std::collections::BTreeSet;
use uuid::Uuid;

const TODAY: Date = date(2026, 12, 8);

fn parts() -> DirectoryParts {
    let mut count = 0;
    let record = read(&kurir::demo::town::registry(TODAY)).unwrap().into_record(|| {
        count += 1;
        Uuid::from_u128(count)
    });
    record.parts
}

/// What chance does to one person.
#[derive(Debug, Clone)]
struct Fate {
    mail: u8,
    phone: u8,
    away: bool,
    leaves: bool,
}

fn fate() -> impl Strategy<Value = Fate> {
    (0_u8..6, 0_u8..4, prop::bool::weighted(0.2), prop::bool::weighted(0.1)).prop_map(|(mail, phone, away, leaves)| Fate {
        mail,
        phone,
        away,
        leaves,
    })
}

/// The invented town after chance: dead mailboxes, private addresses, phones, leave, empty chairs.
fn changed(fates: &[Fate]) -> Directory {
    let mut parts = parts();
    let always = Days { from: date(2026, 1, 1), to: None };
    for ((number, official), fate) in (1_i64..).zip(&mut parts.officials).zip(fates.iter().cycle()) {
        match fate.mail {
            0 => official.email = None,
            1 => official.email_state = PersonalChannelState::Bounced,
            2 => official.email = official.email.as_ref().map(|_| format!("orang{number}@luar.example")),
            _ => {}
        }
        let state = if fate.phone == 1 { PersonalChannelState::Blocked } else { PersonalChannelState::Verified };
        let id = LinkId::new(Uuid::from_u128(u128::try_from(number).unwrap()));
        official.telegram = (fate.phone < 3).then_some(TelegramLink { id, chat: number, state });
        if fate.away {
            parts.absences.push(Absence {
                id: AbsenceId::new(Uuid::from_u128(u128::try_from(number).unwrap())),
                official: official.number.clone(),
                days: always,
                reason: AbsenceReason::Leave,
            });
        }
        if fate.leaves {
            parts.incumbencies.retain(|row| row.official != official.number);
        }
    }
    Directory::new(parts)
}

fn class() -> impl Strategy<Value = SecurityClass> {
    prop::sample::select(SecurityClass::ALL.to_vec())
}

/// A letter to chosen recipients of every kind, some twice.
fn written(directory: &Directory, class: SecurityClass, picks: &[(u16, bool, u8)]) -> Letter {
    let mut letter = letter(&[]);
    letter.class = class;
    let parts = directory.parts();
    for (pick, copied, kind) in picks {
        let pick = usize::from(*pick);
        let role = if *copied { RecipientRole::Cc } else { RecipientRole::To };
        let addressee = match kind {
            0 => Addressee::Unit(parts.units[pick % parts.units.len()].code.clone()),
            1 => Addressee::Group { name: parts.groups[pick % parts.groups.len()].name.clone(), except: Vec::new() },
            2 => outside(&format!("Ketua RT {}", pick % 5), "Jl. Kenanga No. 4, 17922"),
            _ => position(parts.positions[pick % parts.positions.len()].code.as_str()),
        };
        letter.recipients.push(recipient(role, addressee));
    }
    letter
}

fn named(letter: &Letter, directory: &Directory) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for one in &letter.recipients {
        match &one.addressee {
            Addressee::Position(code) => drop(names.insert(code.to_string())),
            Addressee::Unit(code) => drop(names.insert(code.to_string())),
            Addressee::Group { name, .. } => names.extend(directory.group(name).unwrap().members.iter().map(ToString::to_string)),
            Addressee::Outside(party) => drop(names.insert(party.name.clone())),
        }
    }
    names
}

fn rules() -> RoutingRules {
    RoutingRules { official_domains: vec!["tirtasari.example".to_owned()], ..RoutingRules::default() }
}

fn routed(letter: &Letter, directory: &Directory) -> Route {
    route(letter, RoutingView { directory, rules: &rules(), day: TODAY })
}

fn picks() -> impl Strategy<Value = Vec<(u16, bool, u8)>> {
    prop::collection::vec((any::<u16>(), any::<bool>(), 0_u8..8), 1..12)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nobody_is_lost_and_named_twice_is_once(fates in prop::collection::vec(fate(), 7..40), class in class(), picks in picks()) {
        let directory = changed(&fates);
        let letter = written(&directory, class, &picks);
        let route = routed(&letter, &directory);
        prop_assert!(route.unknown.is_empty());
        let legs: Vec<String> = route.legs.iter().map(|leg| leg.recipient.name().to_owned()).collect();
        let once: BTreeSet<String> = legs.iter().cloned().collect();
        prop_assert_eq!(legs.len(), once.len(), "a recipient has two legs");
        prop_assert_eq!(once, named(&letter, &directory));
        for leg in &route.legs {
            let carried = leg.deliveries.iter().any(|one| one.content == Content::Full);
            prop_assert!(carried, "the letter itself reaches {:?} on no channel", leg);
        }
    }

    #[test]
    fn one_way_carries_one_leg_once_and_a_second_way_has_its_reason(fates in prop::collection::vec(fate(), 7..40), class in class(), picks in picks()) {
        let directory = changed(&fates);
        for leg in routed(&written(&directory, class, &picks), &directory).legs {
            let channels: BTreeSet<Channel> = leg.deliveries.iter().map(|one| one.address.channel()).collect();
            prop_assert_eq!(channels.len(), leg.deliveries.len(), "two deliveries on one channel: {:?}", leg);
            let primary = leg.deliveries.iter().filter(|one| one.reason == RouteReason::PrimaryChannel).count();
            prop_assert!(primary <= 1);
            for one in &leg.deliveries {
                let fits = match (&one.address, one.reason) {
                    (Address::Email(_), RouteReason::PrimaryChannel) => one.content == Content::Full,
                    (Address::Email(_) | Address::Chat(_), RouteReason::ClassNotice) => one.content == Content::Notice,
                    (Address::Chat(_), RouteReason::LinkedAccount) => primary == 1,
                    (Address::Chat(_), RouteReason::NextChannel) => primary == 0,
                    (Address::Postal { .. }, RouteReason::SecretClass) => class.is_closed(),
                    // Any other paper is the only way that carries the letter itself.
                    (Address::Postal { .. }, reason) => {
                        reason.print_reason().is_some()
                            && leg.deliveries.iter().filter(|other| other.content == Content::Full).count() == 1
                    }
                    _ => false,
                };
                prop_assert!(fits, "{:?}", leg);
            }
        }
    }

    #[test]
    fn a_closed_letter_never_leaves_electronically(fates in prop::collection::vec(fate(), 7..40), class in class(), picks in picks()) {
        let directory = changed(&fates);
        for leg in routed(&written(&directory, class, &picks), &directory).legs {
            for one in &leg.deliveries {
                let full = one.content == Content::Full;
                match (&one.address, class) {
                    (Address::Email(_) | Address::Chat(_), SecurityClass::Secret | SecurityClass::TopSecret) => prop_assert!(!full, "{:?}", leg),
                    (Address::Chat(_), SecurityClass::Restricted) => prop_assert!(!full, "{:?}", leg),
                    (Address::Email(address), SecurityClass::Restricted) => prop_assert!(!full || address.ends_with("tirtasari.example"), "{:?}", leg),
                    _ => {}
                }
            }
        }
    }

    #[test]
    fn nobody_receives_who_is_away_or_whose_channel_is_dead(fates in prop::collection::vec(fate(), 7..40), class in class(), picks in picks()) {
        let directory = changed(&fates);
        for leg in routed(&written(&directory, class, &picks), &directory).legs {
            let Some(person) = &leg.person else {
                prop_assert!(leg.deliveries.iter().all(|one| one.address.channel() == Channel::Print), "{:?}", leg);
                continue;
            };
            let official = directory.official(&person.number).unwrap();
            // A unit's letter goes to its desk: who is away is seen by posts.
            if matches!(leg.recipient, LegRecipient::Position(_)) {
                prop_assert!(directory.absence(&person.number, TODAY).is_none(), "{:?}", leg);
            }
            for one in &leg.deliveries {
                match &one.address {
                    Address::Email(address) => prop_assert_eq!(Some(address.as_str()), official.working_email()),
                    Address::Chat(chat) => prop_assert_eq!(Some(*chat), official.working_chat()),
                    Address::Postal { .. } => {}
                }
            }
        }
    }
}
