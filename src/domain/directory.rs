//! The directory of the city: units, positions, people, who holds what, who runs which unit's desk.
//!
//! A [`Directory`] is a value: loaded once by version and day, and asked many times. It answers for a given day of the city. What a
//! city closed is still known by its name, but no longer among those who may be addressed.

mod parts;

pub use parts::{
    DirectoryParts, Group, Incumbency, Official, OperatorRole, OrgUnit, PersonalChannelState, Position, TelegramLink, UnitKind,
    UnitOperator,
};

use super::codes::{EmployeeNumber, PositionCode, UnitCode};
use super::delegation::{Absence, AbsenceReason, Capacity, Delegation};
use super::ids::AbsenceId;
use jiff::civil::Date;
use std::collections::HashMap;

/// The directory, indexed.
#[derive(Debug, Default)]
pub struct Directory {
    parts: DirectoryParts,
    /// Posts that are closed by this day are no targets any more.
    day: Date,
    units: HashMap<UnitCode, usize>,
    positions: HashMap<PositionCode, usize>,
    officials: HashMap<EmployeeNumber, usize>,
    emails: HashMap<String, usize>,
    chats: HashMap<i64, usize>,
    incumbencies: HashMap<PositionCode, Vec<usize>>,
    delegations: HashMap<PositionCode, Vec<usize>>,
    posts_of: HashMap<EmployeeNumber, Vec<PositionCode>>,
    absences: HashMap<EmployeeNumber, Vec<usize>>,
    /// Absences that a Plh implies: whose post he acts for is off duty for that term.
    implied: HashMap<EmployeeNumber, Vec<Absence>>,
    operators: HashMap<UnitCode, Vec<usize>>,
    subordinates: HashMap<PositionCode, Vec<PositionCode>>,
}

/// Who answers for a position on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder<'a> {
    /// Somebody, in this capacity; `delegation` tells by which order where he stands in.
    Held {
        /// The person.
        official: &'a Official,
        /// The capacity.
        capacity: Capacity,
        /// The delegation, for Plh and Plt.
        delegation: Option<&'a Delegation>,
        /// The holder he stands in for, where there is one.
        stands_in_for: Option<&'a Official>,
    },
    /// The holder is off duty and nobody stands in.
    Away {
        /// The holder.
        official: &'a Official,
        /// His absence.
        absence: &'a Absence,
    },
    /// Nobody holds it.
    Vacant,
}

fn index<K: std::hash::Hash + Eq, T>(rows: &[T], key: impl Fn(&T) -> K) -> HashMap<K, usize> {
    rows.iter().enumerate().map(|(at, row)| (key(row), at)).collect()
}

fn grouped<K: std::hash::Hash + Eq, T>(rows: &[T], key: impl Fn(&T) -> K) -> HashMap<K, Vec<usize>> {
    let mut map: HashMap<K, Vec<usize>> = HashMap::new();
    for (at, row) in rows.iter().enumerate() {
        map.entry(key(row)).or_default().push(at);
    }
    map
}

/// Who is off duty because a Plh acts for his post: for the days that the order and his tenure share.
fn implied(parts: &DirectoryParts) -> HashMap<EmployeeNumber, Vec<Absence>> {
    let mut found: HashMap<EmployeeNumber, Vec<Absence>> = HashMap::new();
    for order in parts.delegations.iter().filter(|order| order.capacity == Capacity::Plh) {
        let held = |row: &&Incumbency| row.position == order.position && row.days.overlaps(order.days);
        for row in parts.incumbencies.iter().filter(held) {
            found.entry(row.official.clone()).or_default().push(Absence {
                id: AbsenceId::new(order.id.uuid()),
                official: row.official.clone(),
                days: row.days.shared(order.days),
                reason: AbsenceReason::Unstated,
            });
        }
    }
    found
}

impl Directory {
    /// Indexes the parts, with every post a target, closed or not.
    pub fn new(parts: DirectoryParts) -> Self {
        Self::on(Date::MIN, parts)
    }

    /// Indexes the parts as they are on a day.
    pub fn on(day: Date, parts: DirectoryParts) -> Self {
        let mut posts_of: HashMap<EmployeeNumber, Vec<PositionCode>> = HashMap::new();
        let held = parts.incumbencies.iter().map(|row| (&row.official, &row.position));
        let acted = parts.delegations.iter().map(|row| (&row.delegate, &row.position));
        for (official, position) in held.chain(acted) {
            let posts = posts_of.entry(official.clone()).or_default();
            if !posts.contains(position) {
                posts.push(position.clone());
            }
        }
        let mut subordinates: HashMap<PositionCode, Vec<PositionCode>> = HashMap::new();
        for position in parts.positions.iter().filter(|post| post.is_open(day)) {
            if let Some(superior) = &position.superior {
                subordinates.entry(superior.clone()).or_default().push(position.code.clone());
            }
        }
        let emails =
            parts.officials.iter().enumerate().filter_map(|(at, one)| one.email.clone().map(|email| (email, at))).collect();
        let chats = parts
            .officials
            .iter()
            .enumerate()
            .filter_map(|(at, one)| one.telegram.as_ref().map(|link| (link.chat, at)))
            .collect();
        Self {
            units: index(&parts.units, |row| row.code.clone()),
            positions: index(&parts.positions, |row| row.code.clone()),
            officials: index(&parts.officials, |row| row.number.clone()),
            incumbencies: grouped(&parts.incumbencies, |row| row.position.clone()),
            delegations: grouped(&parts.delegations, |row| row.position.clone()),
            absences: grouped(&parts.absences, |row| row.official.clone()),
            operators: grouped(&parts.operators, |row| row.unit.clone()),
            implied: implied(&parts),
            emails,
            chats,
            posts_of,
            subordinates,
            parts,
            day,
        }
    }

    /// The day that it was indexed on.
    pub const fn day(&self) -> Date {
        self.day
    }

    /// Everything it is made of.
    pub const fn parts(&self) -> &DirectoryParts {
        &self.parts
    }

    /// A unit by code.
    pub fn unit(&self, code: &UnitCode) -> Option<&OrgUnit> {
        self.units.get(code).and_then(|at| self.parts.units.get(*at))
    }

    /// A position by code.
    pub fn position(&self, code: &PositionCode) -> Option<&Position> {
        self.positions.get(code).and_then(|at| self.parts.positions.get(*at))
    }

    /// A position by code, as long as it may be addressed.
    pub fn target(&self, code: &PositionCode) -> Option<&Position> {
        self.position(code).filter(|post| post.is_open(self.day))
    }

    /// Whether a post is closed on a day.
    fn is_closed(&self, code: &PositionCode, day: Date) -> bool {
        self.position(code).is_some_and(|post| !post.is_open(day))
    }

    /// A person by employee number.
    pub fn official(&self, number: &EmployeeNumber) -> Option<&Official> {
        self.officials.get(number).and_then(|at| self.parts.officials.get(*at))
    }

    /// The person whose registered address this is; the address is folded to lower case.
    pub fn official_by_email(&self, address: &str) -> Option<&Official> {
        self.emails.get(&address.to_lowercase()).and_then(|at| self.parts.officials.get(*at))
    }

    /// The person to whom this chat is linked.
    pub fn official_by_chat(&self, chat: i64) -> Option<&Official> {
        self.chats.get(&chat).and_then(|at| self.parts.officials.get(*at))
    }

    /// A group by name, upper and lower case alike.
    pub fn group(&self, name: &str) -> Option<&Group> {
        self.parts.groups.iter().find(|group| group.name.eq_ignore_ascii_case(name))
    }

    /// Posts directly below that may be addressed, in the order of the registry.
    pub fn subordinates(&self, of: &PositionCode) -> &[PositionCode] {
        self.subordinates.get(of).map_or(&[], Vec::as_slice)
    }

    /// The same without those that this person answers for himself on a day: nobody orders himself.
    pub fn others_below<'a>(
        &'a self,
        of: &PositionCode,
        person: &'a EmployeeNumber,
        day: Date,
    ) -> impl Iterator<Item = &'a PositionCode> {
        self.subordinates(of).iter().filter(move |code| !self.is_held_by(code, person, day))
    }

    /// Posts above, nearest first. A broken registry with a circle ends the walk instead of the process.
    pub fn superiors(&self, of: &PositionCode) -> Vec<PositionCode> {
        let mut chain: Vec<PositionCode> = Vec::new();
        let mut at = self.position(of).and_then(|post| post.superior.clone());
        while let Some(code) = at {
            if chain.contains(&code) || &code == of {
                break;
            }
            at = self.position(&code).and_then(|post| post.superior.clone());
            chain.push(code);
        }
        chain
    }

    /// Whether `lower` stands anywhere below `upper`.
    pub fn is_below(&self, lower: &PositionCode, upper: &PositionCode) -> bool {
        self.superiors(lower).contains(upper)
    }

    /// The post of a unit whose superior is outside of it: its head. The first one in the registry where there are several.
    pub fn head_of(&self, unit: &UnitCode) -> Option<&Position> {
        self.parts.positions.iter().filter(|post| post.is_open(self.day)).find(|post| {
            &post.unit == unit
                && post.superior.as_ref().and_then(|code| self.position(code)).is_none_or(|superior| &superior.unit != unit)
        })
    }

    /// The definitive or provisional holder on a day, away or not. A closed post has none.
    pub fn incumbent(&self, position: &PositionCode, day: Date) -> Option<(&Official, Capacity)> {
        let rows = self.incumbencies.get(position).filter(|_| !self.is_closed(position, day))?;
        rows.iter()
            .filter_map(|at| self.parts.incumbencies.get(*at))
            .find(|row| row.days.contains(day))
            .and_then(|row| Some((self.official(&row.official)?, row.capacity)))
    }

    /// The delegation in force on a day. Where two overlap by mistake the later begin wins.
    pub fn delegation(&self, position: &PositionCode, day: Date) -> Option<&Delegation> {
        let rows = self.delegations.get(position).filter(|_| !self.is_closed(position, day))?;
        rows.iter()
            .filter_map(|at| self.parts.delegations.get(*at))
            .filter(|row| row.days.contains(day))
            .max_by_key(|row| row.days.from)
    }

    /// The absence of a person on a day: a recorded one, else the one that a Plh on his post implies (reason unstated).
    pub fn absence(&self, official: &EmployeeNumber, day: Date) -> Option<&Absence> {
        let recorded = self.absences.get(official).into_iter().flatten().filter_map(|at| self.parts.absences.get(*at));
        let implied = self.implied.get(official).into_iter().flatten();
        recorded.chain(implied).find(|row| row.days.contains(day))
    }

    /// The absence that ended a person's powers by a day, where one did: the earliest.
    pub fn power_ended(&self, official: &EmployeeNumber, day: Date) -> Option<&Absence> {
        let recorded = self.absences.get(official).into_iter().flatten().filter_map(|at| self.parts.absences.get(*at));
        recorded.filter(|row| row.reason.ends_power() && row.days.contains(day)).min_by_key(|row| row.days.from)
    }

    /// Whether a person sits at the desk that serves a unit on a day: its own, or one above it.
    pub fn serves(&self, official: &EmployeeNumber, unit: &UnitCode, day: Date) -> bool {
        let mut at = self.unit(unit);
        for _ in 0..=self.parts.units.len() {
            let Some(here) = at else { return false };
            let rows = self.operators.get(&here.code).into_iter().flatten().filter_map(|row| self.parts.operators.get(*row));
            if rows.into_iter().any(|row| &row.official == official && row.days.contains(day)) {
                return true;
            }
            at = here.parent.as_ref().and_then(|code| self.unit(code));
        }
        false
    }

    /// Who answers for a position on a day: the delegate first, then the holder, away or not.
    pub fn holder(&self, position: &PositionCode, day: Date) -> Holder<'_> {
        let incumbent = self.incumbent(position, day);
        let delegated = self.delegation(position, day).and_then(|row| Some((row, self.official(&row.delegate)?)));
        match (delegated, incumbent) {
            (Some((row, official)), incumbent) if self.absence(&official.number, day).is_none() => Holder::Held {
                official,
                capacity: row.capacity,
                delegation: Some(row),
                stands_in_for: incumbent.map(|(holder, _)| holder),
            },
            (_, Some((official, capacity))) => match self.absence(&official.number, day) {
                Some(absence) => Holder::Away { official, absence },
                None => Holder::Held { official, capacity, delegation: None, stands_in_for: None },
            },
            (Some((_, official)), None) => match self.absence(&official.number, day) {
                Some(absence) => Holder::Away { official, absence },
                None => Holder::Vacant,
            },
            (None, None) => Holder::Vacant,
        }
    }

    /// Whether it is this person who answers for a position on a day.
    pub fn is_held_by(&self, position: &PositionCode, person: &EmployeeNumber, day: Date) -> bool {
        matches!(self.holder(position, day), Holder::Held { official, .. } if &official.number == person)
    }

    /// Every post a person answers for on a day, with the capacity. A holder who is being stood in for keeps his post
    /// in this list: he may still act while he is on leave, and the first valid act wins.
    pub fn posts_of(&self, official: &EmployeeNumber, day: Date) -> Vec<(&Position, Capacity)> {
        let Some(codes) = self.posts_of.get(official) else { return Vec::new() };
        codes
            .iter()
            .filter_map(|code| {
                let held =
                    self.incumbent(code, day).filter(|(holder, _)| &holder.number == official).map(|(_, capacity)| capacity);
                let acted = self.delegation(code, day).filter(|row| &row.delegate == official).map(|row| row.capacity);
                Some((self.position(code)?, held.or(acted)?))
            })
            .collect()
    }

    /// Who runs the desk of a unit on a day: the operator, else the deputy, of this unit or the nearest above it.
    pub fn operator_of(&self, unit: &UnitCode, day: Date) -> Option<(&Official, &OrgUnit)> {
        let mut at = self.unit(unit);
        for _ in 0..=self.parts.units.len() {
            let here = at?;
            let mut rows: Vec<&UnitOperator> =
                self.operators.get(&here.code).into_iter().flatten().filter_map(|row| self.parts.operators.get(*row)).collect();
            rows.sort_by_key(|row| row.role);
            let found = rows.into_iter().find(|row| row.days.contains(day) && self.absence(&row.official, day).is_none());
            if let Some(official) = found.and_then(|row| self.official(&row.official)) {
                return Some((official, here));
            }
            at = here.parent.as_ref().and_then(|code| self.unit(code));
        }
        None
    }

    /// The title of a position with the capacity of its holder in front ("Plh. Camat Mekarwangi").
    pub fn capacity_title(position: &Position, capacity: Capacity) -> String {
        format!("{}{}", capacity.prefix(), position.title)
    }
}
