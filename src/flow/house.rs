//! What every flow works with: ledger, desk, clock, chance, settings, and the directory as of now.

use super::parts::PartShelf;
use super::settings::Settings;
use crate::channel::email::seal::Seal;
use crate::domain::calendar::WorkCalendar;
use crate::domain::clock::{Clock, Ids};
use crate::domain::codes::{PositionCode, UnitCode};
use crate::domain::delegation::Capacity;
use crate::domain::directory::{Directory, OrgUnit, Position};
use crate::domain::evidence::{Fact, FactActor, FactKind};
use crate::domain::ids::FactId;
use crate::domain::instruction::{TargetIndex, TargetNames, examples_with};
use crate::domain::policy::DispositionRules;
use crate::domain::routing::RoutingRules;
use crate::render::{Desk, PdfDesk};
use crate::store::heads::Heads;
use crate::store::vault::{Vault, VaultError};
use crate::store::{Store, StoreError, Tx};
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use uuid::Uuid;

/// The directory and the calendar as of one version of the registry.
#[derive(Debug)]
pub struct CityView {
    /// Version it was loaded at.
    pub version: i64,
    /// Who is who.
    pub directory: Directory,
    /// When people work.
    pub calendar: WorkCalendar,
    /// Names of posts, collected by the first who reads a reply or shows examples.
    names: OnceLock<Arc<TargetNames>>,
    /// Examples by post: a letter to a thousand shows each of them his own, and the next letter the same.
    examples: Mutex<HashMap<PositionCode, [String; 3]>>,
}

impl CityView {
    /// The view of a version.
    pub fn new(version: i64, directory: Directory, calendar: WorkCalendar) -> Self {
        Self { version, directory, calendar, names: OnceLock::new(), examples: Mutex::default() }
    }

    /// The names of posts, ready to be found in a text.
    pub fn targets(&self) -> TargetIndex<'_> {
        let names = self.names.get_or_init(|| Arc::new(TargetNames::of(&self.directory)));
        TargetIndex::with(&self.directory, Arc::clone(names))
    }

    /// Answers that the holder of a post could give.
    pub fn examples(&self, position: &PositionCode) -> [String; 3] {
        if let Some(known) = self.shown().get(position) {
            return known.clone();
        }
        let made = examples_with(&self.targets(), &self.directory, position);
        self.shown().insert(position.clone(), made.clone());
        made
    }

    fn shown(&self) -> MutexGuard<'_, HashMap<PositionCode, [String; 3]>> {
        self.examples.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The house.
#[derive(Debug)]
pub struct House {
    /// The ledger.
    pub store: Store,
    /// Texts.
    pub desk: Desk,
    /// Paper forms, set by a child process.
    pub pdf: PdfDesk,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Ids and secrets.
    pub ids: Arc<dyn Ids>,
    /// Settings.
    pub settings: Settings,
    /// Seal of outgoing mail.
    pub seal: Arc<Seal>,
    /// Key of what is stored encrypted.
    pub vault: Vault,
    /// Heads of the chain that were seen, outside the database.
    pub heads: Heads,
    /// Encoded files on their way out.
    pub parts: PartShelf,
    view: Mutex<Option<Arc<CityView>>>,
}

/// What a [`House`] is built of.
#[derive(Debug)]
pub struct HouseParts {
    /// The ledger.
    pub store: Store,
    /// Texts.
    pub desk: Desk,
    /// Paper forms.
    pub pdf: PdfDesk,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Ids and secrets.
    pub ids: Arc<dyn Ids>,
    /// Settings.
    pub settings: Settings,
    /// Seal of outgoing mail.
    pub seal: Arc<Seal>,
    /// Key of what is stored encrypted.
    pub vault: Vault,
    /// Heads of the chain that were seen.
    pub heads: Heads,
}

impl House {
    /// Puts the house together.
    pub fn new(parts: HouseParts) -> Self {
        let HouseParts { store, desk, pdf, clock, ids, settings, seal, vault, heads } = parts;
        let (parts, view) = (PartShelf::default(), Mutex::new(None));
        Self { store, desk, pdf, clock, ids, settings, seal, vault, heads, parts, view }
    }

    /// Now.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A fresh id.
    pub fn uuid(&self) -> Uuid {
        self.ids.uuid(self.now())
    }

    /// The city's zone.
    pub fn zone(&self) -> TimeZone {
        self.settings.city.zone.clone()
    }

    /// Today, in the city.
    pub fn today(&self) -> Date {
        self.city_time().date()
    }

    /// When tomorrow begins in the city, and what is counted by days begins anew.
    pub fn midnight(&self) -> Timestamp {
        let zone = self.zone();
        let begins = |day: Date| zone.to_ambiguous_timestamp(day.at(0, 0, 0, 0)).compatible();
        self.today().tomorrow().and_then(begins).unwrap_or_else(|_| self.now())
    }

    /// What the clocks of the city say.
    pub fn city_time(&self) -> DateTime {
        self.zone().to_datetime(self.now())
    }

    /// The rules of routing.
    pub fn rules(&self) -> RoutingRules {
        self.settings.routing_rules()
    }

    /// The rules of dispositions.
    pub const fn dispositions(&self) -> DispositionRules {
        self.settings.workflow.disposition
    }

    /// The directory as this transaction sees it today. Loaded anew only when somebody changed it, or on another day.
    pub async fn city(&self, tx: &mut Tx) -> Result<Arc<CityView>, StoreError> {
        let version = tx.directory_version().await?;
        let known = self.view.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let today = self.today();
        if let Some(view) = known.filter(|view| view.version == version && view.directory.day() == today) {
            return Ok(view);
        }
        let directory = Directory::on(today, tx.directory_parts().await?);
        let city = &self.settings.city;
        let calendar = WorkCalendar::new(self.zone(), city.opens, city.closes, tx.holidays().await?);
        let view = Arc::new(CityView::new(version, directory, calendar));
        *self.view.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&view));
        Ok(view)
    }

    /// Seals a value for one row of the record.
    pub fn seal_row(&self, row: &str, value: &impl serde::Serialize) -> Result<Vec<u8>, StoreError> {
        let plain = serde_json::to_vec(value).unwrap_or_default();
        self.seal_bytes(row, &plain)
    }

    /// Seals bytes for one row of the record.
    pub fn seal_bytes(&self, row: &str, plain: &[u8]) -> Result<Vec<u8>, StoreError> {
        self.vault.seal(row, plain, |bytes| self.ids.fill(bytes)).map_err(StoreError::Vault)
    }

    /// Opens bytes that were sealed for a row.
    pub fn open_bytes(&self, row: &str, sealed: &[u8]) -> Result<Vec<u8>, VaultError> {
        self.vault.open_sealed(row, sealed)
    }

    /// Opens what was sealed for a row.
    pub fn open_row<T: serde::de::DeserializeOwned>(&self, row: &str, sealed: &[u8]) -> Result<T, VaultError> {
        let plain = self.vault.open_sealed(row, sealed)?;
        serde_json::from_slice(&plain).map_err(|_| VaultError::Changed(row.to_owned()))
    }

    /// A fact of this moment.
    pub fn fact(&self, kind: FactKind, actor: FactActor) -> Fact {
        let now = self.now();
        Fact::new(FactId::new(self.ids.uuid(now)), kind, now, actor)
    }
}

/// Who acted, as texts name him: the post with the capacity in front; at a unit's desk its operator, even where a post bears
/// the unit's code.
pub fn acted_as(directory: &Directory, desk: Option<&UnitCode>, (code, capacity): (&PositionCode, Capacity)) -> String {
    if let Some(unit) = desk {
        return directory.unit(unit).map_or_else(|| unit.to_string(), operator_of);
    }
    directory.position(code).map_or_else(|| code.to_string(), |post| titled(post, Some(capacity)))
}

/// The operator of a unit, as texts name him.
pub fn operator_of(unit: &OrgUnit) -> String {
    format!("Operator {}", unit.name)
}

/// A position with its holder's capacity, as texts name it.
pub fn titled(position: &Position, capacity: Option<Capacity>) -> String {
    Directory::capacity_title(position, capacity.unwrap_or(Capacity::Definitive))
}
