//! What the administrator changes: the registry, an absence, the end of the trial, a tray, and the first start. He who does not
//! know whether he was heard says it again; what a change means for letters that wait is made up for without him.

use super::office::{KADIS, KADIS_NUMBER, Office, copies, waits};
use crate::servers::engines::{Database, Engine};
use crate::servers::process::chmod;
use ::kurir::flow::outgoing::LIVE;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::Output;

/// Points of an import.
pub const REGISTRY: &[&str] = &["registry.before_commit", "registry.after_commit", "sweep.before_commit", "sweep.after_commit"];
/// Points of another change of the directory.
pub const CHANGE: &[&str] = &["administer.before_commit", "administer.after_commit"];
/// Points of going live.
pub const LIVE_POINTS: &[&str] = &["live.before_commit", "live.after_commit", "sweep.before_commit", "sweep.after_commit"];
/// Points of a tray.
pub const TRAY: &[&str] = &["tray.before_commit", "tray.after_commit"];
/// Points of the first start.
pub const FIRST: &[&str] = &["open.after_migrate", "open.after_seal", "open.before_commit"];

/// Where the head of the health office gets his mail from now on.
const MOVED: &str = "kepala@dinkes.tirtasari.example";

fn died(output: &Output, point: &str) {
    assert_eq!(output.status.signal(), Some(6), "{point}: {}", String::from_utf8_lossy(&output.stderr));
}

fn went_well(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Facts of the administrator that say this.
async fn facts(office: &Office, words: &str) -> usize {
    let all = office.house.store.read().await.unwrap().latest_facts(10_000).await.unwrap();
    all.iter().filter(|fact| String::from_utf8_lossy(&fact.body).contains(words)).count()
}

/// Starts the daemon, waits for the letter, and stops it.
async fn arrives(office: &Office, address: &str, id: &str) {
    let daemon = office.start().await;
    let look = || async { if copies(office, address, id) > 0 { Ok(()) } else { Err(office.log()) } };
    waits("the letter arrives", &daemon, look).await;
    office.stop(daemon).await;
    assert_eq!(copies(office, address, id), 1, "{id} arrives once");
}

/// The registry of the office in files, with another address for the head of the health office.
fn changed_registry(office: &Office) -> String {
    let folder = office.database.nest.text("registry");
    went_well(&office.command("", &["registry", "export", &folder]));
    let file = Path::new(&folder).join("officials.csv");
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.contains(KADIS));
    std::fs::write(&file, text.replace(KADIS, MOVED)).unwrap();
    folder
}

async fn one_import(engine: Engine) {
    for point in REGISTRY {
        let office = Office::open(engine, "").await;
        office.accepted("i-1", "KADIS-KES");
        let folder = changed_registry(&office);
        let before = facts(&office, "registry imported").await;
        died(&office.command(point, &["registry", "import", &folder]), point);
        went_well(&office.command("", &["registry", "import", &folder]));
        assert_eq!(facts(&office, "registry imported").await, before + 1, "{point}: imported once");
        arrives(&office, MOVED, "i-1").await;
        assert_eq!(copies(&office, KADIS, "i-1"), 0, "{point}: the old address gets nothing");
        office.sound().await;
    }
}

async fn one_absence(engine: Engine) {
    for point in CHANGE {
        let office = Office::open(engine, "").await;
        let today = office.house.today().to_string();
        let add = ["absence", "add", KADIS_NUMBER, "--from", &today, "--reason", "leave"];
        died(&office.command(point, &add), point);
        went_well(&office.command("", &add));
        let mut tx = office.house.store.read().await.unwrap();
        assert_eq!(tx.directory_parts().await.unwrap().absences.len(), 1, "{point}: absent once");
        drop(tx);
        assert_eq!(facts(&office, "absence added").await, 1, "{point}");
        office.sound().await;
    }
}

/// An office whose trial has not ended, with a letter that is withheld.
async fn in_trial(engine: Engine) -> Office {
    let office = Office::open(engine, "").await;
    let mut tx = office.house.store.write().await.unwrap();
    tx.set_setting(LIVE, "false").await.unwrap();
    tx.commit().await.unwrap();
    office.accepted("l-1", "KADIS-KES");
    office
}

async fn one_going_live(engine: Engine) {
    for point in LIVE_POINTS {
        let office = in_trial(engine).await;
        died(&office.command(point, &["go-live", "--yes"]), point);
        let lives = facts(&office, "went live").await;
        assert_eq!(lives, usize::from(*point != "live.before_commit"), "{point}");
        if lives == 0 {
            went_well(&office.command("", &["go-live", "--yes"]));
        }
        // What the dead command left withheld is looked at by the daemon.
        arrives(&office, KADIS, "l-1").await;
        assert_eq!(facts(&office, "went live").await, 1, "{point}: live once");
        office.sound().await;
    }
}

async fn one_tray(engine: Engine) {
    for point in TRAY {
        let office = Office::open(engine, "").await;
        let today = office.house.today().to_string();
        went_well(&office.command("", &["absence", "add", KADIS_NUMBER, "--from", &today, "--reason", "leave"]));
        office.accepted("t-1", "KADIS-KES");
        let listed = went_well(&office.command("", &["tray", "list", "--json"]));
        let item: serde_json::Value = serde_json::from_str(listed.lines().next().expect("something waits")).unwrap();
        let close = ["tray", "close", item["id"].as_str().unwrap(), "--by", "Bagian Umum", "--outcome", "diantar"];
        died(&office.command(point, &close), point);
        let again = office.command("", &close);
        assert_eq!(again.status.success(), *point == "tray.before_commit", "{point}: an item is closed once");
        assert_eq!(facts(&office, "diantar").await, 1, "{point}");
        let left = went_well(&office.command("", &["tray", "list", "--json"]));
        assert!(!left.contains(item["id"].as_str().unwrap()), "{point}");
        office.sound().await;
    }
}

/// A folder with a configuration and nothing else: where the office would be on its first day.
async fn unborn(office: &Office) -> (Database, String) {
    let database = Database::fresh(office.database.engine).await;
    let folder = database.nest.mkdir("office", 0o755, None);
    for name in ["kurir.toml", "mail", "bot"] {
        let text = std::fs::read_to_string(office.folder.join(name)).unwrap();
        let (old, new) = (office.database.files.display().to_string(), database.files.display().to_string());
        std::fs::write(folder.join(name), text.replace(&office.database.url, &database.url).replace(&old, &new)).unwrap();
        chmod(&folder.join(name), 0o600);
    }
    (database, folder.display().to_string())
}

fn run(folder: &str, point: &str, command: &[&str]) -> Output {
    let mut all = vec!["--dir", folder];
    all.extend(command);
    std::process::Command::new(crate::servers::kurir::BINARY).env("KURIR_ABORT_AT", point).args(all).output().unwrap()
}

async fn one_first_start(engine: Engine) {
    let office = Office::open(engine, "").await;
    for point in FIRST {
        let (database, folder) = unborn(&office).await;
        died(&run(&folder, point, &["migrate"]), point);
        went_well(&run(&folder, "", &["migrate"]));
        let authority = std::fs::read(database.nest.path().join("office/ca.pem")).unwrap();
        went_well(&run(&folder, "", &["evidence", "verify"]));
        assert_eq!(std::fs::read(database.nest.path().join("office/ca.pem")).unwrap(), authority, "{point}: one CA");
    }
    // And at any moment, again and again in one folder.
    let (database, folder) = unborn(&office).await;
    for moment in (0..240).step_by(20) {
        let start = std::process::Command::new(crate::servers::kurir::BINARY).args(["--dir", &folder, "migrate"]).spawn();
        let mut start = start.unwrap();
        tokio::time::sleep(std::time::Duration::from_millis(moment)).await;
        let _ = start.kill();
        start.wait().unwrap();
    }
    went_well(&run(&folder, "", &["migrate"]));
    went_well(&run(&folder, "", &["evidence", "verify"]));
    assert!(database.nest.path().join("office/ca.pem").exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_registry_is_imported_once_wherever_the_process_dies() {
    one_import(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_registry_is_imported_once_over_a_database_server_too() {
    one_import(Engine::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_absence_and_a_tray_are_written_once_wherever_the_process_dies() {
    one_absence(Engine::Sqlite).await;
    one_tray(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_absence_and_a_tray_are_written_once_over_a_database_server_too() {
    one_absence(Engine::Postgres).await;
    one_tray(Engine::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_withheld_goes_out_once_wherever_going_live_dies() {
    one_going_live(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_withheld_goes_out_once_over_a_database_server_too() {
    one_going_live(Engine::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_running_daemon_makes_up_for_a_going_live_that_died() {
    let office = in_trial(Engine::Sqlite).await;
    let daemon = office.start().await;
    died(&office.command("live.after_commit", &["go-live", "--yes"]), "live.after_commit");
    let look = || async { if copies(&office, KADIS, "l-1") > 0 { Ok(()) } else { Err(office.log()) } };
    waits("the withheld letter", &daemon, look).await;
    office.stop(daemon).await;
    office.sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_first_start_that_dies_is_made_up_for_by_the_next() {
    one_first_start(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_first_start_that_dies_is_made_up_for_over_a_database_server_too() {
    one_first_start(Engine::Postgres).await;
}
