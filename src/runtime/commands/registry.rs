//! `kurir registry`: import, export, show.

use super::told::day;
use super::{print_json, record};
use crate::domain::directory::Holder;
use crate::domain::registry::{self, RegistryFiles, TableSummary};
use crate::flow::administer::registry::{Imported, files, import};
use crate::runtime::Ended;
use crate::runtime::cli::Registry;
use crate::runtime::config::Source;
use crate::runtime::ending::AtPath;
use crate::runtime::words::{faults, grouped, line, out, say};
use anyhow::Result;
use jiff::civil::Date;
use serde_json::json;
use std::path::Path;

/// Runs `kurir registry`.
pub async fn run(source: &Source, command: Registry) -> Result<Ended> {
    match command {
        Registry::Import { folder, close_missing, json } => import_folder(source, &folder, close_missing, json).await,
        Registry::Export { folder } => export_folder(source, &folder).await,
        Registry::Show { json } => show(source, json).await,
    }
}

async fn import_folder(source: &Source, folder: &Path, close_missing: Option<Date>, as_json: bool) -> Result<Ended> {
    // One fault of a folder that is not there, not one of every file in it.
    std::fs::read_dir(folder).map_err(AtPath::of(folder))?;
    let given = RegistryFiles::gather(|name| std::fs::read(folder.join(name)).ok());
    let read = match registry::read(&given) {
        Ok(read) => read,
        Err(found) => {
            if as_json {
                print_json(&json!({ "faults": found }));
            } else {
                eprintln!("{}", faults(registry::SENTENCES, &found));
                eprintln!("{}", line("not_imported", &[("n", &found.len().to_string())]));
            }
            return Ok(Ended::Wanting);
        }
    };
    let counts = (read.units.len(), read.positions.len(), read.officials.len());
    let opened = record(source).await?;
    match import(&opened.house, &read, close_missing).await? {
        Imported::Done(summary) => {
            if as_json {
                print_json(&json!({ "imported": summary }));
            } else {
                summary.iter().for_each(tell_disappeared);
                let (units, positions, officials) = (counts.0.to_string(), counts.1.to_string(), counts.2.to_string());
                say(&line("imported", &[("units", &units), ("positions", &positions), ("officials", &officials)]));
            }
            Ok(Ended::Done)
        }
        Imported::Clashes(clashes) => {
            if as_json {
                print_json(&json!({ "clashes": clashes }));
            } else {
                eprintln!("{}", faults(registry::SENTENCES, &clashes));
                eprintln!("{}", line("not_imported", &[("n", &clashes.len().to_string())]));
            }
            Ok(Ended::Wanting)
        }
    }
}

fn tell_disappeared(table: &TableSummary) {
    // Only what has a last day can be ended; of the others nothing is promised.
    let name = match table.table {
        "units" | "officials" | "holidays" => "disappeared_stays",
        _ => "disappeared",
    };
    let words = grouped("table", table.table, &[]);
    for key in &table.disappeared {
        say(&line(name, &[("table", &words), ("key", key)]));
    }
    for number in &table.addresses_kept {
        say(&line("address_kept", &[("number", number)]));
    }
}

async fn export_folder(source: &Source, folder: &Path) -> Result<Ended> {
    let opened = record(source).await?;
    let written = files(&opened.house).await?.into_files();
    std::fs::create_dir_all(folder).map_err(AtPath::of(folder))?;
    for file in &written {
        let path = folder.join(&file.name);
        std::fs::write(&path, &file.bytes).map_err(AtPath::of(&path))?;
    }
    say(&line("exported", &[("n", &written.len().to_string()), ("folder", &folder.display().to_string())]));
    Ok(Ended::Done)
}

async fn show(source: &Source, as_json: bool) -> Result<Ended> {
    let opened = record(source).await?;
    let house = &opened.house;
    let mut tx = house.store.read().await?;
    let city = house.city(&mut tx).await?;
    for position in &city.directory.parts().positions {
        let ended = position.until.filter(|_| !position.is_open(house.today()));
        let (state, person, capacity) = match city.directory.holder(&position.code, house.today()) {
            _ if ended.is_some() => ("ended", None, None),
            Holder::Held { official, capacity, .. } => ("held", Some(official), Some(capacity)),
            Holder::Away { official, .. } => ("away", Some(official), None),
            Holder::Vacant => ("vacant", None, None),
        };
        let channels = person.map(|one| (one.working_email().is_some(), one.working_chat().is_some())).unwrap_or_default();
        if as_json {
            print_json(&json!({
                "position": position.code, "title": position.title, "unit": position.unit, "state": state, "valid_to": position.until,
                "person": person.map(|one| &one.number), "name": person.map(|one| &one.name), "capacity": capacity,
                "email": channels.0, "telegram": channels.1,
            }));
        } else {
            let closed = ended.map(|last| line("post_ended", &[("on", &day(house, last))]));
            let name = closed.as_deref().or(person.map(|one| one.name.as_str())).unwrap_or("-");
            let prefix = capacity.map_or("", crate::domain::delegation::Capacity::prefix);
            out!("{:<22} {prefix}{}: {name}", position.code, position.title);
        }
    }
    Ok(Ended::Done)
}
