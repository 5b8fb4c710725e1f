//! What the page says of a seal is counted, not believed: against the same mails openssl is the other witness.

use crate::story_smime::{letter, now, office, office_of, verify};
use jiff::SignedDuration;
use kurir::demo::seal_check::{Seal, check};

const SENDER: &str = crate::story_smime::SENDER;

#[test]
fn a_sound_seal_is_told_from_an_altered_a_foreign_and_a_missing_one() {
    let (dir, seal) = office();
    let ca = std::fs::read_to_string(dir.path().join("ca.pem")).unwrap();
    let mail = letter().compose(&seal).unwrap().to_vec();
    assert_eq!(check(&mail, &ca, now()), Seal::Sound);
    assert!(verify(dir.path(), &mail, SENDER).status.success(), "openssl thinks the same");
    // Another office vouches for nothing here; nor does one whose certificates are over; nor a seal for another sender.
    let (stranger, _) = office();
    std::fs::write(stranger.path().join("x"), "").unwrap();
    let (_other, foreign) = office_of("lain@kota.test");
    assert_eq!(check(&mail, "", now()), Seal::Foreign);
    assert_eq!(check(&mail, &ca, now() + SignedDuration::from_hours(24 * 365 * 40)), Seal::Foreign);
    let borrowed = letter().compose(&foreign).map(|mail| mail.to_vec());
    if let Ok(borrowed) = borrowed {
        assert_eq!(check(&borrowed, &ca, now()), Seal::Foreign);
    }
    let text = String::from_utf8(mail.clone()).unwrap();
    let renamed = text.replacen(&format!("<{SENDER}>"), "<walikota@kota.test>", 1);
    assert_eq!(check(renamed.as_bytes(), &ca, now()), Seal::Foreign, "the outer From is another's");
    assert_eq!(check(b"From: a@b.test\r\nSubject: x\r\n\r\nhalo\r\n", &ca, now()), Seal::Absent);
}

#[test]
fn every_touched_byte_breaks_the_seal_as_it_does_for_openssl() {
    let (dir, seal) = office();
    let ca = std::fs::read_to_string(dir.path().join("ca.pem")).unwrap();
    let mail = letter().compose(&seal).unwrap().to_vec();
    let text = String::from_utf8(mail.clone()).unwrap();
    let signed = text.find("--=_kurir_mixed").unwrap();
    let base64 = text.rfind("\r\n\r\n").unwrap();
    for at in [signed + 30, text.find("Yth. Camat").unwrap(), text.find("JVBERi").unwrap() + 100, base64 + 400] {
        let mut touched = mail.clone();
        touched[at] ^= 1;
        assert_ne!(check(&touched, &ca, now()), Seal::Sound, "byte {at}");
        assert!(!verify(dir.path(), &touched, SENDER).status.success(), "byte {at}");
    }
}
