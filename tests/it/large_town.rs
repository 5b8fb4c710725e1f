//! The registry of a large town through the binary: all of it is written, and the same files again change nothing. How long it
//! takes is measured by `benches/registry-import`.

use crate::corpus_replies::corpus;
use crate::servers::engines::on_both_engines;
use crate::servers::kurir;
use std::path::Path;

/// An office without servers.
const OFFICE: &str = r#"
[city]
name = "Kota Besar"
help_contact = "-"
mail_domains = ["besar.example"]
[gateway]
mail_domain = "kurir.besar.example"
from_address = "kurir@kurir.besar.example"
from_name = "Kurir"
[store]
url = "@URL@"
files = "@FILES@"
[smtp]
host = "maildir.invalid"
[intake]
from = "maildir"
maildir = "maildir"
[intake.border]
mx_authserv_id = "mx.besar.example"
"#;

fn run(folder: &str, command: &[&str]) -> String {
    let mut all = vec!["--dir", folder];
    all.extend(command);
    let output = kurir::run(&all);
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn lines(folder: &Path, file: &str) -> Vec<String> {
    let text = std::fs::read_to_string(folder.join(file)).unwrap();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    lines.sort();
    lines
}

on_both_engines! {
    async fn a_town_of_a_thousand_positions_is_imported_whole_and_again_changes_nothing(database: Database) {
        let town = corpus("KURIR_TOWN", "../shared/town", "city").expect("the stories need the large town: set KURIR_TOWN");
        let office = database.nest.mkdir("office", 0o755, None);
        let values = [("URL", database.url.clone()), ("FILES", database.files.display().to_string())];
        std::fs::write(office.join("kurir.toml"), database.nest.fill(OFFICE, &values)).unwrap();
        let (folder, files) = (office.display().to_string(), town.display().to_string());
        run(&folder, &["registry", "import", &files]);
        let facts = run(&folder, &["status"]);
        run(&folder, &["registry", "import", &files]);
        assert_eq!(run(&folder, &["status"]), facts, "the same files again change nothing");
        let out = database.nest.text("export");
        run(&folder, &["registry", "export", &out]);
        for file in ["units.csv", "positions.csv", "officials.csv", "holidays.csv"] {
            assert_eq!(lines(Path::new(&out), file).len(), lines(&town, file).len(), "{file}");
        }
        assert_eq!(lines(Path::new(&out), "positions.csv").len(), 999);
    }
}
