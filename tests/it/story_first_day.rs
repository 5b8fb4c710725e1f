//! The first commands on a new machine: what is made on the way is announced, and `kurir check` shows by what the office runs.

use crate::town::office::registry_folder;
use std::path::Path;
use std::process::{Command, Output};

fn kurir(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(crate::servers::kurir::BINARY).arg("--dir").arg(folder).args(arguments).output().unwrap()
}

fn texts(output: &Output) -> (String, String) {
    (String::from_utf8(output.stdout.clone()).unwrap(), String::from_utf8(output.stderr.clone()).unwrap())
}

#[test]
fn whichever_command_makes_the_office_ca_says_how_it_is_installed() {
    let nest = tempfile::tempdir().unwrap();
    let town = registry_folder().display().to_string();
    let (out, err) = texts(&kurir(nest.path(), &["registry", "import", &town, "--json"]));
    assert!(out.lines().all(|line| line.starts_with('{')), "answers stay answers: {out}");
    let file = nest.path().join("ca.pem").display().to_string();
    for words in
        [&format!("Sertifikat kantor dibuat: {file}. Sidik jarinya (SHA-256): "), "Pasang satu kali di komputer penerima"]
    {
        assert!(err.contains(words), "{words}: {err}");
    }
    let (_, again) = texts(&kurir(nest.path(), &["registry", "import", &town]));
    assert_eq!(again, "", "it is made once and said once");
}

#[test]
fn letters_keys_and_heads_are_made_for_the_daemon_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let nest = tempfile::tempdir().unwrap();
    kurir(nest.path(), &["migrate"]);
    for folder in ["files", "keys", "chain"] {
        let mode = std::fs::metadata(nest.path().join(folder)).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o700, "{folder}: {mode:o}");
    }
}

#[test]
fn check_shows_the_effective_configuration_without_secrets_and_until_when_the_seal_holds() {
    let nest = tempfile::tempdir().unwrap();
    std::fs::write(nest.path().join("sandi"), "rahasia-sekali\n").unwrap();
    let text = "[city]\nname = 'Kota Tirtasari'\n[smtp]\nhost = 'localhost'\nport = 9\nusername = 'kurir'\npassword_file = 'sandi'\n\
        [telegram.api]\nproxy = 'http://orang:terbuka@proxy.kota.example:3128/'\n";
    std::fs::write(nest.path().join("kurir.toml"), text).unwrap();
    let (out, err) = texts(&kurir(nest.path(), &["check"]));
    for words in [
        "name = \"Kota Tirtasari\"",
        "password_file = \"sandi\"",
        "[limits]",
        "copy_to_skipped = true",
        "# kurir.toml",
        "# workflow.toml",
    ] {
        assert!(out.contains(words), "{words}: {out}");
    }
    assert!(!out.contains("rahasia-sekali") && !out.contains("terbuka@") && !out.contains("orang:"), "{out}");
    let seal = out
        .lines()
        .find(|line| line.starts_with("baik       segel: "))
        .unwrap_or_else(|| panic!("no line of the seal: {out}{err}"));
    assert!(seal.contains(" s.d. ") && seal.contains("Kurir Kota Contoh") && seal.contains("kurir@kurir.kota.example"), "{seal}");
    let (out, _) = texts(&kurir(nest.path(), &["check", "--json"]));
    let lines: Vec<serde_json::Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(
        lines
            .iter()
            .any(|line| line["config"]["city"]["name"] == "Kota Tirtasari" && line["workflow"]["disposition"].is_object()),
        "{out}"
    );
    assert!(lines.iter().any(|line| line["what"] == "segel" && line["grade"] == "ok"), "{out}");
}

#[test]
fn a_trial_mail_that_cannot_leave_says_why_in_the_readers_language() {
    let nest = tempfile::tempdir().unwrap();
    std::fs::write(nest.path().join("kurir.toml"), "[smtp]\nhost = 'localhost'\nport = 9\n").unwrap();
    let output = kurir(nest.path(), &["check", "--send-to", "uji@kota.example"]);
    let (out, _) = texts(&output);
    let line = out.lines().find(|line| line.contains("uji kirim: ")).unwrap_or_else(|| panic!("{out}"));
    assert!(
        line.starts_with("masalah    uji kirim: server tidak dapat dihubungi")
            && line.contains("Perbaikan: periksa nama dan port server"),
        "{line}"
    );
    assert_eq!(output.status.code(), Some(3));
}
