//! The disposition sheet, read by pdftotext as a clerk reads it.

use super::samples::{act_job, act_sheet};
use super::*;
use crate::domain::letter::SecurityClass;
use crate::render::context::Act;
use crate::render::labels::Labels;
use std::process::Command;

/// Words of a sheet, spaces squeezed, and its number of pages.
fn read(sheet: ActSheet) -> (String, usize) {
    let pdf = typeset::typeset(&act_job(sheet), &Labels::load().unwrap()).unwrap().pdf;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.pdf");
    std::fs::write(&path, &pdf).unwrap();
    let out = Command::new("pdftotext").args(["-layout"]).arg(&path).arg("-").output().expect("pdftotext is needed");
    let text = String::from_utf8(out.stdout).unwrap();
    let pages = text.matches('\u{c}').count();
    (text.split_whitespace().collect::<Vec<_>>().join(" "), pages)
}

#[test]
fn a_disposition_sheet_says_who_whom_what_and_until_when() {
    let (text, pages) = read(act_sheet());
    assert_eq!(pages, 1);
    for words in [
        "KECAMATAN MEKARWANGI",
        "LEMBAR DISPOSISI",
        "Sekretaris Daerah",
        "005/123/Setda",
        "7 Desember 2026",
        "8 Desember 2026",
        "412/KEC-MKW/2026",
        "Rapat Koordinasi Penanganan Banjir",
        "Diteruskan kepada Sdr.:",
        "1. Lurah Pasirmulya",
        "2. Lurah Pasirmukti",
        "Dengan hormat harap:",
        "Tindak lanjuti",
        "Laporkan hasilnya",
        "Jumat, 11 Desember 2026",
        "Data titik genangan dilengkapi.",
        "Foto cukup.",
        "Plh. Camat Mekarwangi,",
        "Eka Nurjanah, S.AP.",
        "NIP 198005252008012936",
        "Dicetak dari catatan elektronik pada Selasa, 8 Desember 2026; terbukti lewat tautan rahasia dan alamat terdaftar.",
    ] {
        assert!(text.contains(words), "{words:?} is missing in {text}");
    }
}

#[test]
fn long_words_go_on_to_the_next_page_and_nothing_is_lost() {
    let words: Vec<String> = (0..4_000).map(|number| format!("kata{number}")).collect();
    let (text, pages) = read(ActSheet { words: format!("{} {}", words.join(" "), "q".repeat(5_000)), ..act_sheet() });
    assert!(pages > 2, "{pages}");
    for word in &words {
        assert!(text.contains(word.as_str()), "{word} is missing");
    }
    assert_eq!(text.matches('q').count(), 5_000, "not even of a word without a space");
    assert!(text.contains("Halaman 1 dari"), "{text}");
    assert!(text.contains("Eka Nurjanah, S.AP."), "who gave it stands at the end");
}

#[test]
fn every_act_that_goes_to_paper_has_a_title_and_hostile_values_are_text() {
    let bad = "#eval(\"panic()\") #read(\"/etc/passwd\") $x$ @ref <label> \u{1f600}";
    for act in [Act::Disposition, Act::Correction, Act::Forward, Act::Report, Act::Approval, Act::Rejection, Act::Return] {
        let sheet = ActSheet {
            act,
            words: bad.to_owned(),
            suggested: Some(bad.to_owned()),
            files: vec![bad.to_owned()],
            targets: Vec::new(),
            instructions: Vec::new(),
            ..act_sheet()
        };
        let (text, _) = read(sheet);
        let title = Labels::load().unwrap().find("sheet", act.as_str()).unwrap().to_owned();
        assert!(text.contains(&title), "{title}: {text}");
        assert!(text.contains("#eval(\"panic()\")") && !text.contains("root:"), "{text}");
    }
}

#[test]
fn nothing_of_a_closed_letter_stands_on_the_sheet() {
    let (text, _) = read(ActSheet { class: SecurityClass::Secret, files: vec!["rencana.pdf".to_owned()], ..act_sheet() });
    for words in ["Rapat Koordinasi", "titik genangan", "rencana.pdf"] {
        assert!(!text.contains(words), "{text}");
    }
}
