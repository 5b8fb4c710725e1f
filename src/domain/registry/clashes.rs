//! Rows of an import that cannot stand beside rows which only the record still has.

use super::RegistryImport;
use super::plan::{Clash, ClashKind, RegistryChanges, TableChanges};
use crate::domain::delegation::Days;
use std::collections::HashMap;

/// A dated row, as far as clashes go: what is held, who holds it, when.
type Held<'r> = (&'r str, &'r str, Days);

/// Every clash between the import and what the record keeps.
pub(super) fn find(changes: &RegistryChanges, import: &RegistryImport) -> Vec<Clash> {
    let mut clashes = Vec::new();
    let kept = kept(&changes.incumbencies, |row| (row.position.as_str(), row.official.as_str(), row.days));
    let given = import.incumbencies.iter().map(|row| (row.position.as_str(), row.official.as_str(), row.days));
    meetings(ClashKind::HolderKept, &kept, given, &mut clashes);
    let kept = self::kept(&changes.delegations, |row| (row.position.as_str(), row.delegate.as_str(), row.days));
    let given = import.delegations.iter().map(|row| (row.position.as_str(), row.delegate.as_str(), row.days));
    meetings(ClashKind::DelegationKept, &kept, given, &mut clashes);
    for role in [crate::domain::directory::OperatorRole::Operator, crate::domain::directory::OperatorRole::Deputy] {
        let same = changes.operators.disappeared.iter().chain(changes.operators.ended.iter().map(|row| &row.after));
        let kept: Vec<Held<'_>> =
            same.filter(|row| row.role == role).map(|row| (row.unit.as_str(), row.official.as_str(), row.days)).collect();
        let rows = import.operators.iter().filter(|row| row.role == role);
        let given = rows.map(|row| (row.unit.as_str(), row.official.as_str(), row.days));
        meetings(ClashKind::DeskKept, &kept, given, &mut clashes);
    }
    emails(changes, import, &mut clashes);
    clashes
}

/// What the record keeps of a table although the files do not have it, those that end with their last day.
fn kept<T>(table: &TableChanges<T>, held: impl Fn(&T) -> Held<'_>) -> Vec<Held<'_>> {
    table.disappeared.iter().chain(table.ended.iter().map(|row| &row.after)).map(held).collect()
}

fn meetings<'r>(code: ClashKind, kept: &[Held<'r>], given: impl Iterator<Item = Held<'r>>, clashes: &mut Vec<Clash>) {
    let mut by_subject: HashMap<&str, Vec<&Held<'r>>> = HashMap::new();
    for held in kept {
        by_subject.entry(held.0).or_default().push(held);
    }
    for (subject, _, days) in given {
        let met = by_subject.get(subject).into_iter().flatten().find(|held| held.2.overlaps(days));
        clashes.extend(met.map(|(what, who, span)| Clash {
            code,
            subject: subject.to_owned(),
            kept: format!("{what} {who} {}", span.from),
        }));
    }
}

fn emails(changes: &RegistryChanges, import: &RegistryImport, clashes: &mut Vec<Clash>) {
    let gone = changes.officials.disappeared.iter();
    let kept: HashMap<&str, &str> = gone.filter_map(|row| Some((row.email.as_deref()?, row.number.as_str()))).collect();
    for row in &import.officials {
        let other = row.email.as_deref().and_then(|email| kept.get(email));
        clashes.extend(other.map(|number| Clash {
            code: ClashKind::EmailKept,
            subject: row.number.to_string(),
            kept: (*number).to_owned(),
        }));
    }
}
