//! What stops a command at all is said to the administrator in his language: the thing, the reason, the remedy, the technical
//! cause in brackets, and the exit code that scripts go by.

use std::path::Path;
use std::process::Command;

struct Said {
    code: Option<i32>,
    text: String,
}

fn kurir(folder: &Path, arguments: &[&str]) -> Said {
    let output = Command::new(crate::servers::kurir::BINARY).current_dir(folder).args(arguments).output().unwrap();
    assert!(output.stdout.is_empty(), "{output:?}");
    Said { code: output.status.code(), text: String::from_utf8(output.stderr).unwrap() }
}

#[track_caller]
fn stopped(said: &Said, code: i32, words: &[&str]) {
    assert_eq!(said.code, Some(code), "{}", said.text);
    for word in words {
        assert!(said.text.contains(word), "{word}: {}", said.text);
    }
    assert!(said.text.contains("Perbaikan: ") && !said.text.contains("kurir: "), "{}", said.text);
}

#[test]
fn what_a_configuration_does_wrong_is_said_without_the_words_of_the_reader_of_toml() {
    let nest = tempfile::tempdir().unwrap();
    let folder = nest.path();
    let write = |name: &str, text: &str| std::fs::write(folder.join(name), text).unwrap();
    write("bad.toml", "[city]\nname = = 3\n");
    stopped(
        &kurir(folder, &["--config", "bad.toml", "status"]),
        2,
        &["bad.toml: baris 2 tidak tertulis sebagai TOML, mulai huruf ke-8. Perbaikan: "],
    );
    write(
        "types.toml",
        "[smtp]\nport = \"x\"\nsecurity = \"ssl\"\n[city]\nzone = 'Asia/Bekasi'\nhours = 7\n[retry]\nthen = 'sebentar'\n",
    );
    let said = kurir(folder, &["--config", "types.toml", "status"]);
    stopped(
        &said,
        2,
        &[
            "types.toml, kunci smtp.port: isinya “x”, padahal diperlukan bilangan bulat. Perbaikan: tulis seperti port = 587",
            "types.toml, kunci smtp.security: “ssl” tidak dikenal. Perbaikan: pakai salah satu dari tls, starttls, none",
            "types.toml, kunci city.zone: bentuk “Asia/Bekasi” tidak cocok. Perbaikan: tulis seperti zone = \"Asia/Jakarta\"",
            "types.toml, kunci city.hours: isinya “7”, padahal diperlukan teks. Perbaikan: tulis seperti hours = \"07:30-16:00\"",
            "types.toml, kunci retry.then: bentuk “sebentar” tidak cocok. Perbaikan: tulis seperti then = \"2 h\"",
        ],
    );
    for english in ["expected", "instead", "invalid", "integer", "string"] {
        assert!(!said.text.contains(english), "{english}: {}", said.text);
    }
    let demo = kurir(folder, &["demo", "--listen", "0.0.0.0:8025"]);
    stopped(&demo, 2, &["Ruang latihan hanya terbuka di komputer ini, bukan di 0.0.0.0:8025.", "--listen 127.0.0.1:8025"]);
    assert!(!demo.text.contains("the practice room"), "{}", demo.text);
}

#[test]
fn what_stops_a_command_is_said_with_its_remedy_and_its_exit_code() {
    let nest = tempfile::tempdir().unwrap();
    let folder = nest.path();
    let write = |name: &str, text: &str| std::fs::write(folder.join(name), text).unwrap();
    stopped(&kurir(folder, &["--dir", "NOPE", "status"]), 2, &["NOPE: tidak dapat dibaca: tidak ditemukan."]);
    std::fs::create_dir(folder.join("kantor")).unwrap();
    let made =
        Command::new(crate::servers::kurir::BINARY).current_dir(folder).args(["--dir", "kantor", "migrate"]).status().unwrap();
    assert!(made.success());
    let at = ["--dir", "kantor"];
    let run = |arguments: &[&str]| kurir(folder, &[&at[..], arguments].concat());
    let said = run(&["registry", "import", "tidak-ada"]);
    stopped(&said, 2, &["tidak-ada tidak dapat dipakai: tidak ditemukan."]);
    assert_eq!(said.text.lines().count(), 1, "one fault, not one a file: {}", said.text);
    stopped(&run(&["ingest", "nofile.eml"]), 2, &["nofile.eml tidak dapat dipakai: tidak ditemukan."]);

    let (seal, aside) = (folder.join("kantor/keys/seal.pem"), folder.join("aside"));
    std::fs::copy(&seal, &aside).unwrap();
    std::fs::write(&seal, "x").unwrap();
    stopped(&run(&["status"]), 3, &["Berkas sertifikat segel rusak", "(the seal: ", "seal.pem cannot be read"]);
    std::fs::copy(&aside, &seal).unwrap();

    write("kantor/kurir.toml", "[smtp]\npassword_file = \"sandi-surel\"\n");
    let said = run(&["status"]);
    stopped(&said, 2, &["sandi-surel tidak dapat dibaca: tidak ditemukan.", "Berkas rahasia"]);
    std::fs::remove_file(folder.join("kantor/kurir.toml")).unwrap();

    for tail in ["-wal", "-shm"] {
        let _ = std::fs::remove_file(folder.join(format!("kantor/kurir.db{tail}")));
    }
    write("kantor/kurir.db", &"bukan basis data ".repeat(1_000));
    stopped(&run(&["status"]), 3, &["Basis data rusak", "kembalikan dari cadangan"]);
    let piped = run(&["ingest", "../nofile.eml"]);
    assert_eq!(piped.code, Some(2), "{}", piped.text);
    write("ada.eml", "From: <a@b.example>\r\n\r\nisi\r\n");
    stopped(
        &run(&["ingest", "ada.eml"]),
        75,
        &["Surel belum dapat disimpan dan akan diterima bila dikirim lagi. Basis data rusak"],
    );
}
