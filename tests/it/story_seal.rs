//! The office CA and its seal: made, read, renewed, brought from elsewhere, and refused with the file and the reason.

use crate::story_smime::{Counting, SENDER, assert_sealed, letter, now, office, profile};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use kurir::channel::email::address::Address;
use kurir::channel::email::compose::{ComposeError, Outgoing};
use kurir::channel::email::office;
use kurir::channel::email::seal::{Seal, SealError};
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;
use std::sync::atomic::AtomicU8;

#[test]
fn a_seal_that_cannot_be_used_says_which_file_and_why() {
    let dir = tempfile::tempdir().unwrap();
    let sender = Address::parse(SENDER).unwrap();
    let load = |at: Timestamp| Seal::load(dir.path(), &sender, at);
    assert!(matches!(load(now()), Err(SealError::Missing { file }) if file.ends_with("seal.pem")));
    let ids = Counting::default();
    let made = office::establish(dir.path(), &profile(SENDER), now(), &ids).unwrap();
    assert!(made.new_ca && made.new_seal);
    assert_eq!(made.ca.colons().len(), 95);
    for key in ["ca.key.pem", "seal.key.pem"] {
        assert_eq!(std::fs::metadata(dir.path().join(key)).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let until = load(now()).unwrap().expires();
    assert!(until.duration_since(now()) <= SignedDuration::from_hours(24 * 825));
    assert!(matches!(load(until + SignedDuration::from_secs(1)), Err(SealError::Expired { until: at, .. }) if at == until));
    assert!(matches!(load(now() - SignedDuration::from_hours(2)), Err(SealError::NotYetValid { .. })));
    let other = Address::parse("surat@kota.test").unwrap();
    assert!(matches!(Seal::load(dir.path(), &other, now()), Err(SealError::OtherAddress { holds, .. }) if holds == [SENDER]));
    std::fs::copy(dir.path().join("ca.key.pem"), dir.path().join("seal.key.pem")).unwrap();
    assert!(matches!(load(now()), Err(SealError::KeyDoesNotFit { .. })));
    std::fs::write(dir.path().join("seal.pem"), "not a certificate").unwrap();
    assert!(matches!(load(now()), Err(SealError::Unreadable { .. })));
}

#[test]
fn an_expired_seal_signs_nothing_and_its_renewal_is_trusted_by_the_same_ca() {
    let (dir, seal) = office();
    let late = seal.expires() + SignedDuration::from_hours(24);
    let mut mail = letter();
    mail.date = late.to_zoned_datetime(TimeZone::UTC);
    assert!(matches!(mail.compose(&seal), Err(ComposeError::Seal(SealError::Expired { .. }))));
    let before = office::establish(dir.path(), &profile(SENDER), now(), &Counting::default()).unwrap();
    assert!(!before.new_ca && !before.new_seal, "what is there stays");
    office::renew(dir.path(), &profile(SENDER), now(), &Counting(AtomicU8::new(9))).unwrap();
    let renewed = Seal::load(dir.path(), &Address::parse(SENDER).unwrap(), now()).unwrap();
    assert_ne!(renewed.sha256(), seal.sha256());
    assert_sealed(dir.path(), &letter().compose(&renewed).unwrap().to_vec());
    assert_sealed(dir.path(), &letter().compose(&seal).unwrap().to_vec());
}

#[test]
fn a_start_that_was_cut_off_between_two_files_is_completed() {
    for lost in ["seal.pem", "seal.key.pem,seal.pem", "ca.pem,seal.key.pem,seal.pem"] {
        let (dir, _) = office();
        lost.split(',').for_each(|name| std::fs::remove_file(dir.path().join(name)).unwrap());
        office::establish(dir.path(), &profile(SENDER), now(), &Counting::default()).unwrap();
        let seal = Seal::load(dir.path(), &Address::parse(SENDER).unwrap(), now()).unwrap();
        assert_sealed(dir.path(), &letter().compose(&seal).unwrap().to_vec());
    }
}

#[test]
fn a_seal_of_rsa_under_an_intermediate_of_another_office_works_too() {
    let dir = tempfile::tempdir().unwrap();
    let script = r#"
        set -e
        openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key.pem -out ca.pem -days 3650 -subj "/O=Kota/CN=Akar" \
            -addext "keyUsage=critical,keyCertSign" 2>/dev/null
        openssl req -newkey rsa:2048 -nodes -keyout sub.key -out sub.csr -subj "/O=Kota/CN=Antara" 2>/dev/null
        printf "basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n" > sub.ext
        openssl x509 -req -in sub.csr -CA ca.pem -CAkey ca.key.pem -days 3000 -extfile sub.ext -out sub.pem 2>/dev/null
        openssl req -newkey rsa:2048 -nodes -keyout seal.key.pem -out leaf.csr -subj "/O=Kota/CN=Segel" 2>/dev/null
        printf "subjectAltName=email:naskah@kota.test\nkeyUsage=digitalSignature\nextendedKeyUsage=emailProtection\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n" > leaf.ext
        openssl x509 -req -in leaf.csr -CA sub.pem -CAkey sub.key -days 2000 -extfile leaf.ext -out leaf.pem 2>/dev/null
        cat leaf.pem sub.pem ca.pem > seal.pem
        openssl x509 -in leaf.pem -noout -startdate | cut -d= -f2 | date -uf - +%s"#;
    let output = Command::new("sh").args(["-c", script]).current_dir(dir.path()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let begins: i64 = String::from_utf8(output.stdout).unwrap().trim().parse().unwrap();
    let at = Timestamp::from_second(begins + 60).unwrap();
    let seal = Seal::load(dir.path(), &Address::parse(SENDER).unwrap(), at).unwrap();
    let mail = Outgoing { date: at.to_zoned_datetime(TimeZone::UTC), ..letter() }.compose(&seal).unwrap().to_vec();
    std::fs::write(dir.path().join("mail.eml"), mail).unwrap();
    let verified = Command::new("openssl")
        .args(["cms", "-verify", "-purpose", "smimesign", "-x509_strict", "-verify_email", SENDER, "-CAfile", "ca.pem"])
        .args(["-attime", &at.as_second().to_string(), "-in", "mail.eml"])
        .current_dir(dir.path())
        .output()
        .unwrap();
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stderr));
    let printed =
        Command::new("openssl").args(["cms", "-cmsout", "-print", "-in", "mail.eml"]).current_dir(dir.path()).output().unwrap();
    let printed = String::from_utf8_lossy(&printed.stdout);
    assert_eq!(printed.matches("d.certificate:").count(), 2, "leaf and intermediate, without the root");
}

#[test]
fn a_folder_with_a_seal_but_no_ca_is_not_given_a_ca_that_did_not_issue_it() {
    let (dir, _) = office();
    for name in ["ca.pem", "ca.key.pem"] {
        std::fs::remove_file(dir.path().join(name)).unwrap();
    }
    let again = office::establish(dir.path(), &profile(SENDER), now(), &Counting::default());
    assert!(matches!(again, Err(SealError::Missing { file }) if file.ends_with("ca.pem")));
    let (other, _) = office();
    std::fs::copy(other.path().join("ca.pem"), dir.path().join("ca.pem")).unwrap();
    let mixed = Seal::load(dir.path(), &Address::parse(SENDER).unwrap(), now());
    assert!(matches!(mixed, Err(SealError::OtherCa { .. })), "{mixed:?}");
}

#[test]
fn an_rsa_key_that_lies_there_already_is_sealed_by_the_office_ca() {
    for form in ["-traditional", ""] {
        let dir = tempfile::tempdir().unwrap();
        let script = format!("openssl genrsa 2048 2>/dev/null | openssl rsa {form} 2>/dev/null > seal.key.pem");
        assert!(Command::new("sh").args(["-c", &script]).current_dir(dir.path()).status().unwrap().success());
        office::establish(dir.path(), &profile(SENDER), now(), &Counting::default()).unwrap();
        let seal = Seal::load(dir.path(), &Address::parse(SENDER).unwrap(), now()).unwrap();
        assert!(format!("{seal:?}").contains("Rsa"));
        assert_sealed(dir.path(), &letter().compose(&seal).unwrap().to_vec());
    }
}
