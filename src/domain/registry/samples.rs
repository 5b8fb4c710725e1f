//! Registries for the tests: a small sound one in text, and any sound one at random.

use super::record::{OrderNumbers, RegistryRecord};
use super::{RegistryFile, RegistryFiles, groups};
use crate::domain::codes::{EmployeeNumber, PositionCode, UnitCode};
use crate::domain::delegation::{Capacity, Days, Delegation};
use crate::domain::directory::{
    DirectoryParts, Incumbency, Official, OperatorRole, OrgUnit, PersonalChannelState, Position, UnitKind, UnitOperator,
};
use crate::domain::ids::{DelegationId, OfficialId};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use proptest::prelude::*;
use uuid::Uuid;

/// Ani (1) is head of U, Budi (2) stands in for her in December, Cici (3) runs the desk, Dedi (4) is head of V.
pub(super) fn small() -> RegistryFiles {
    let file = |name: &str, text: &str| RegistryFile::new(name, text);
    RegistryFiles {
        units: file(
            "units.csv",
            "code,name,kind,parent_code,address,route\nU,Unit U,agency,,Jl. U 1 17900,\nV,Unit V,district,U,Jl. V 2 17901,V\n",
        ),
        positions: file(
            "positions.csv",
            "code,title,unit_code,superior_code,aliases\nHEAD-U,Kepala Dinas U,U,,kadis;kadis u\nSEC-U,Sekretaris Dinas U,U,HEAD-U,\nCAMAT-V,Camat V,V,HEAD-U,camat\n",
        ),
        officials: file(
            "officials.csv",
            "employee_number,name,email,rank,grade\n111111111111111111,\"Ani, S.H.\",ani@u.example,,\n222222222222222222,Budi,BUDI@u.example,Pembina,IV/a\n333333333333333333,Cici,cici@u.example,,\n444444444444444444,Dedi,,,\n",
        ),
        incumbencies: file(
            "incumbencies.csv",
            "position_code,employee_number,capacity,valid_from,valid_to,order_number\nHEAD-U,111111111111111111,definitive,2025-01-01,,K.1\nSEC-U,222222222222222222,definitive,2025-01-01,,\nCAMAT-V,444444444444444444,pj,2025-01-01,,\nHEAD-U,222222222222222222,plh,2026-12-07,2026-12-11,P.1\n",
        ),
        operators: file(
            "operators.csv",
            "unit_code,employee_number,valid_from,order_number\nU,333333333333333333,2026-01-05,O.1\n",
        ),
        holidays: file("holidays.csv", "date,name\n2026-12-25,Hari Raya Natal\n"),
        groups: None,
    }
}

/// A file of a registry by its name without ending.
pub(super) fn file_of<'f>(files: &'f mut RegistryFiles, name: &str) -> &'f mut RegistryFile {
    match name {
        "units" => &mut files.units,
        "positions" => &mut files.positions,
        "officials" => &mut files.officials,
        "incumbencies" => &mut files.incumbencies,
        "operators" => &mut files.operators,
        "holidays" => &mut files.holidays,
        _ => files.groups.get_or_insert_with(|| RegistryFile::new("groups.csv", "name,position_code\n")),
    }
}

/// The small registry with one text of a file replaced, or appended where the old text is empty.
pub(super) fn edited(file: &str, old: &str, new: &str) -> RegistryFiles {
    let mut files = small();
    let target = file_of(&mut files, file);
    let text = String::from_utf8(target.bytes.clone()).unwrap();
    assert!(text.contains(old), "{file}: {old}");
    target.bytes = if old.is_empty() { text + new } else { text.replacen(old, new, 1) }.into_bytes();
    files
}

/// A text of a cell as a city may write it: commas, quotation marks, letters of other alphabets.
fn words() -> impl Strategy<Value = String> {
    "[A-Za-z\"',;.éüñ&=@-]{1,12}( [A-Za-z0-9\"',.-]{1,8}){0,2}"
}

fn number(at: usize) -> EmployeeNumber {
    format!("{at:018}").parse().unwrap()
}

fn unit_code(at: usize) -> UnitCode {
    format!("U{at}").parse().unwrap()
}

fn position_code(at: usize) -> PositionCode {
    format!("P{at}").parse().unwrap()
}

/// Consecutive spans of days that never meet, the last one open where asked.
fn spans(lengths: &[u16], open: bool) -> Vec<Days> {
    let mut from: Date = date(2020, 1, 1);
    let mut spans = Vec::new();
    for length in lengths {
        let to = from.checked_add(i64::from(*length).days()).unwrap();
        spans.push(Days { from, to: Some(to) });
        from = to.tomorrow().unwrap();
    }
    if let Some(last) = spans.last_mut().filter(|_| open) {
        last.to = None;
    }
    spans
}

/// Everything random about a registry.
#[derive(Debug, Clone)]
pub(super) struct Seeds {
    texts: Vec<String>,
    parents: Vec<Option<prop::sample::Index>>,
    posts: Vec<(Option<prop::sample::Index>, prop::sample::Index)>,
    tenures: Vec<(Vec<u16>, bool, bool)>,
    acting: Vec<(Vec<u16>, bool)>,
    desks: Vec<(Vec<u16>, bool, bool)>,
    silent: Vec<bool>,
}

prop_compose! {
    pub(super) fn seeds()(
        texts in prop::collection::vec(words(), 1..12),
        parents in prop::collection::vec(any::<Option<prop::sample::Index>>(), 1..8),
        posts in prop::collection::vec(any::<(Option<prop::sample::Index>, prop::sample::Index)>(), 1..16),
        tenures in prop::collection::vec((prop::collection::vec(0..900_u16, 0..3), any::<bool>(), any::<bool>()), 16),
        acting in prop::collection::vec((prop::collection::vec(0..900_u16, 0..3), any::<bool>()), 16),
        desks in prop::collection::vec((prop::collection::vec(0..900_u16, 0..3), any::<bool>(), any::<bool>()), 8),
        silent in prop::collection::vec(any::<bool>(), 16),
    ) -> Seeds {
        Seeds { texts, parents, posts, tenures, acting, desks, silent }
    }
}

impl Seeds {
    fn text(&self, at: usize) -> String {
        self.texts[at % self.texts.len()].clone()
    }

    fn units(&self) -> Vec<OrgUnit> {
        let unit = |(at, parent): (usize, &Option<prop::sample::Index>)| OrgUnit {
            code: unit_code(at),
            name: self.text(at),
            kind: UnitKind::ALL[at % UnitKind::ALL.len()],
            parent: parent.filter(|_| at > 0).map(|index| unit_code(index.index(at))),
            address: self.text(at + 1),
            route: if at.is_multiple_of(2) { String::new() } else { self.text(at + 2) },
        };
        self.parents.iter().enumerate().map(unit).collect()
    }

    fn positions(&self, units: usize) -> Vec<Position> {
        let post = |(at, (superior, unit)): (usize, &(Option<prop::sample::Index>, prop::sample::Index))| Position {
            code: position_code(at),
            title: format!("Camat {}", self.text(at)),
            short_title: if at.is_multiple_of(3) { self.text(at) } else { format!("Camat {}", self.text(at)) },
            unit: unit_code(unit.index(units)),
            superior: superior.filter(|_| at > 0).map(|index| position_code(index.index(at))),
            aliases: if at.is_multiple_of(2) { vec!["camat".into(), format!("alias {at}")] } else { Vec::new() },
            until: self.silent[at % 16].then_some(date(2021, 6, 30)),
        };
        self.posts.iter().enumerate().map(post).collect()
    }

    /// People of 100 and above hold posts, of 1,000 and above stand in, of 2,000 and above run desks.
    fn people(&self, numbers: impl Iterator<Item = usize>) -> Vec<Official> {
        let person = |at: usize| Official {
            id: OfficialId::new(Uuid::from_u128(at as u128)),
            number: number(at),
            name: self.text(at),
            rank: if at.is_multiple_of(2) { self.text(at + 1) } else { String::new() },
            grade: String::new(),
            email: (at >= 2000 || !self.silent[at % 16]).then(|| format!("p{at}@town.example")),
            email_state: PersonalChannelState::Verified,
            telegram: None,
        };
        numbers.map(person).collect()
    }

    pub fn record(&self) -> RegistryRecord {
        let units = self.units();
        let positions = self.positions(units.len());
        let mut record = RegistryRecord::default();
        let mut orders = OrderNumbers::default();
        let mut parts = DirectoryParts::default();
        for at in 0..positions.len() {
            let (lengths, open, pj) = &self.tenures[at];
            for (turn, days) in spans(lengths, *open).into_iter().enumerate() {
                let (position, official) = (position_code(at), number(100 + 10 * at + turn));
                orders.incumbencies.insert((position.clone(), official.clone(), days.from), self.text(at));
                let capacity = if *pj { Capacity::Pj } else { Capacity::Definitive };
                parts.incumbencies.push(Incumbency { position, official, capacity, days });
            }
            let (lengths, plh) = &self.acting[at];
            for (turn, days) in spans(lengths, false).into_iter().enumerate() {
                parts.delegations.push(Delegation {
                    id: DelegationId::new(Uuid::from_u128((100 * at + turn) as u128)),
                    position: position_code(at),
                    delegate: number(1000 + 10 * at + turn),
                    capacity: if *plh { Capacity::Plh } else { Capacity::Plt },
                    days,
                    order_number: self.text(at + turn),
                    includes_secret: false,
                });
            }
        }
        for at in 0..units.len() {
            let (lengths, open, deputy) = &self.desks[at];
            for (turn, days) in spans(lengths, *open).into_iter().enumerate() {
                let both = [(OperatorRole::Operator, 0), (OperatorRole::Deputy, 5)];
                for (role, offset) in both.into_iter().take(1 + usize::from(*deputy)) {
                    let (unit, official) = (unit_code(at), number(2000 + 10 * at + turn + offset));
                    orders.operators.insert((unit.clone(), official.clone(), days.from), String::new());
                    parts.operators.push(UnitOperator { unit, official, role, days });
                }
            }
        }
        parts.officials = self.people((100..260).chain(1000..1160).chain(2000..2080));
        parts.groups = groups::all(&[], &units, &positions);
        (parts.units, parts.positions, record.orders) = (units, positions, orders);
        record.imported_delegations = parts.delegations.iter().map(|row| row.id).collect();
        record.holidays.insert(date(2026, 12, 25), self.text(0));
        record.parts = parts;
        record
    }
}
