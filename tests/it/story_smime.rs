//! The seal as other people's programs see it: openssl verifies what kurir signed, and nothing that was touched.

use jiff::civil::date;
use jiff::tz::{TimeZone, offset};
use jiff::{Timestamp, ZonedDateTime};
use kurir::channel::email::address::Address;
use kurir::channel::email::compose::{Calendar, ComposeError, Outgoing};
use kurir::channel::email::guard::Unsendable;
use kurir::channel::email::office::{self, Profile};
use kurir::channel::email::seal::Seal;
use kurir::channel::email::wiremail::{RebuildError, SharedPart, WireMail};
use kurir::domain::clock::Ids;
use mail_parser::{MessageParser, MimeHeaders as _, PartType};
use proptest::prelude::*;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU8, Ordering};

pub(crate) const SENDER: &str = "naskah@kota.test";

/// Serial numbers that differ and come back in every run.
#[derive(Debug, Default)]
pub(crate) struct Counting(pub(crate) AtomicU8);

impl Ids for Counting {
    fn uuid(&self, _: Timestamp) -> uuid::Uuid {
        uuid::Uuid::from_u128(u128::from(self.0.fetch_add(1, Ordering::Relaxed)))
    }

    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(self.0.fetch_add(1, Ordering::Relaxed));
    }
}

pub(crate) fn now() -> Timestamp {
    zoned().timestamp()
}

pub(crate) fn zoned() -> ZonedDateTime {
    date(2026, 11, 24).at(9, 30, 0, 0).to_zoned_datetime(TimeZone::fixed(offset(7))).unwrap()
}

pub(crate) fn profile(sender: &str) -> Profile {
    Profile {
        organisation: "Pemerintah Kota Contoh".into(),
        ca_name: "Otoritas Sertifikat Kota Contoh".into(),
        seal_name: "Segel Naskah Kota Contoh".into(),
        sender: Address::parse(sender).unwrap(),
    }
}

/// An office in a folder of its own.
pub(crate) fn office() -> (tempfile::TempDir, Seal) {
    office_of(SENDER)
}

pub(crate) fn office_of(sender: &str) -> (tempfile::TempDir, Seal) {
    let dir = tempfile::tempdir().unwrap();
    office::establish(dir.path(), &profile(sender), now(), &Counting::default()).unwrap();
    let seal = Seal::load(dir.path(), &Address::parse(sender).unwrap(), now()).unwrap();
    (dir, seal)
}

pub(crate) fn letter() -> Outgoing {
    Outgoing {
        from_name: "Pemerintah Kota Contoh".into(),
        from: Address::parse(SENDER).unwrap(),
        to_name: "Camat Sukamaju, S.STP., M.Si.".into(),
        to: Address::parse("camat.sukamaju@kota.test").unwrap(),
        reply_to: Some(Address::parse("naskah+mfrggzdfmztwq2lknnwg23tpoa@kota.test").unwrap()),
        message_id: "psn-1.mfrggzdf@kota.test".into(),
        subject: "[SEGERA] Undangan rapat – Dinas Komunikasi dan Informatika – 005/1234/DISKOMINFO/2026".into(),
        date: zoned(),
        text: "Yth. Camat Sukamaju\n\nFrom here on:\n.\ntrailing blank \n".into(),
        html: Some("<!doctype html><p>Yth. Camat Sukamaju</p>".into()),
        parts: vec![
            SharedPart::encode("Undangan rapat – 005.pdf", "application/pdf", &pdf(20_000)),
            SharedPart::encode("lampiran.csv", "text/csv", b"a,b\n1,2\n"),
        ],
        calendar: None,
        in_reply_to: None,
        references: Vec::new(),
        automatic: false,
    }
}

pub(crate) fn pdf(size: usize) -> Vec<u8> {
    b"%PDF-1.7\n".iter().copied().chain((0..size).map(|at| u8::try_from(at * 7 % 256).unwrap())).collect()
}

/// `openssl cms -verify` at the moment of signing, with every check that lessons.md 2.4 names.
pub(crate) fn verify(dir: &Path, mail: &[u8], sender: &str) -> Output {
    let file = dir.join("mail.eml");
    std::fs::write(&file, mail).unwrap();
    Command::new("openssl")
        .args(["cms", "-verify", "-purpose", "smimesign", "-x509_strict", "-verify_email", sender, "-CAfile"])
        .arg(dir.join("ca.pem"))
        .args(["-attime", &now().as_second().to_string(), "-in"])
        .arg(&file)
        .output()
        .unwrap()
}

#[track_caller]
pub(crate) fn assert_sealed(dir: &Path, mail: &[u8]) {
    let output = verify(dir, mail, SENDER);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn openssl_accepts_the_seal_and_refuses_one_flipped_byte() {
    let (dir, seal) = office();
    let mail = letter().compose(&seal).unwrap().to_vec();
    assert_sealed(dir.path(), &mail);
    assert!(!verify(dir.path(), &mail, "walikota@kota.test").status.success(), "another sender's address passed");
    let text = String::from_utf8(mail.clone()).unwrap();
    let signed = text.find("--=_kurir_mixed").unwrap();
    for at in [signed + 30, text.find("Yth. Camat").unwrap(), text.find("JVBERi").unwrap() + 100] {
        let mut touched = mail.clone();
        touched[at] ^= 1;
        assert!(!verify(dir.path(), &touched, SENDER).status.success(), "byte {at} changed and the seal held");
    }
}

#[test]
fn there_is_one_signer_with_the_attributes_that_readers_look_for() {
    let (dir, seal) = office();
    let mail = letter().compose(&seal).unwrap().to_vec();
    std::fs::write(dir.path().join("mail.eml"), mail).unwrap();
    let output =
        Command::new("openssl").args(["cms", "-cmsout", "-print", "-in"]).arg(dir.path().join("mail.eml")).output().unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    assert_eq!(printed.matches("unsignedAttrs:").count(), 1, "one SignerInfo");
    for wanted in ["contentType", "signingTime", "messageDigest", "S/MIME Capabilities", "id-smime-aa-signingCertificateV2"] {
        assert!(printed.contains(wanted), "{wanted} is missing:\n{printed}");
    }
    assert!(printed.contains("Nov 24 02:30:00 2026 GMT"), "signing time is not the date of the mail");
    assert_eq!(printed.matches("d.certificate:").count(), 1, "the root must not be sent along");
}

#[test]
fn headers_are_repeated_inside_and_a_letter_invites_no_silence() {
    let (_dir, seal) = office();
    let raw = letter().compose(&seal).unwrap().to_vec();
    let mail = MessageParser::default().parse(&raw).unwrap();
    let inner = &mail.parts[1];
    assert_eq!(inner.content_type().unwrap().attribute("hp"), Some("clear"));
    for name in ["From", "To", "Subject", "Date", "Message-ID", "Reply-To", "X-Kurir-Loop"] {
        assert_eq!(inner.headers.iter().filter(|one| one.name() == name).count(), 1, "{name}");
        assert_eq!(mail.headers().iter().filter(|one| one.name() == name).count(), 1, "{name}");
    }
    assert_eq!(mail.subject(), Some(letter().subject.as_str()));
    assert_eq!(mail.message_id(), Some("psn-1.mfrggzdf@kota.test"));
    assert!(mail.header("Auto-Submitted").is_none());
    let receipt = Outgoing { automatic: true, in_reply_to: Some("x@y.test".into()), ..letter() };
    let raw = receipt.compose(&seal).unwrap().to_vec();
    let mail = MessageParser::default().parse(&raw).unwrap();
    assert_eq!(mail.header("Auto-Submitted").unwrap().as_text(), Some("auto-replied"));
    assert_eq!(mail.header("X-Auto-Response-Suppress").unwrap().as_text(), Some("All"));
}

#[test]
fn every_part_arrives_as_it_was_given() {
    let (dir, seal) = office();
    let calendar = Calendar { method: "PUBLISH".into(), text: "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n".into() };
    let raw = Outgoing { calendar: Some(calendar), ..letter() }.compose(&seal).unwrap().to_vec();
    assert_sealed(dir.path(), &raw);
    let mail = MessageParser::default().parse(&raw).unwrap();
    assert_eq!(mail.body_text(0).unwrap().replace("\r\n", "\n").trim_end(), letter().text.trim_end());
    assert_eq!(mail.body_html(0).unwrap().trim_end(), letter().html.unwrap());
    let files: Vec<_> = mail.parts.iter().filter(|part| part.attachment_name().is_some()).collect();
    assert_eq!(files[0].attachment_name(), Some("Undangan rapat – 005.pdf"));
    assert_eq!(files[0].contents(), pdf(20_000));
    assert_eq!(files[1].contents(), b"a,b\n1,2\n");
    assert!(matches!(mail.parts[0].body, PartType::Multipart(_)));
    let text = String::from_utf8(raw).unwrap();
    assert!(text.is_ascii() && text.contains("method=PUBLISH"));
    assert!(text.split("\r\n").all(|line| line.len() <= 90 && !line.contains(['\r', '\n'])), "a line is too long");
}

#[test]
fn a_mail_is_rebuilt_to_the_byte_and_refused_when_one_differs() {
    let (_dir, seal) = office();
    let mail = letter().compose(&seal).unwrap();
    let prepared = mail.prepared();
    let stored: Vec<_> = letter().parts.iter().map(|part| (part.bytes().clone(), part.sha256())).collect();
    let parts: Vec<_> = stored.iter().map(|(bytes, sha256)| SharedPart::restore(bytes.clone(), *sha256).unwrap()).collect();
    let again = WireMail::rebuild(&prepared, parts.clone()).unwrap();
    assert_eq!(again.to_vec(), mail.to_vec());
    assert_eq!((again.sha256(), again.size()), (prepared.sha256, prepared.size));

    assert_eq!(WireMail::rebuild(&prepared, parts[..1].to_vec()).unwrap_err(), RebuildError::OtherParts);
    let mut touched = prepared.clone();
    touched.head = String::from_utf8(prepared.head.to_vec()).unwrap().replace("Sukamaju", "Sukamiju").into_bytes().into();
    assert_eq!(WireMail::rebuild(&touched, parts).unwrap_err(), RebuildError::Changed);
    let wrong = SharedPart::restore(stored[1].0.clone(), stored[0].1);
    assert_eq!(wrong.unwrap_err(), RebuildError::PartChanged);
}

#[test]
fn bytes_that_a_server_would_change_do_not_leave() {
    let checked = |bytes: &'static [u8]| WireMail::checked(bytes.into()).unwrap_err();
    assert_eq!(checked(b"a\nb\r\n"), Unsendable::BareLineEnd(1));
    assert_eq!(checked(b"a\rb\r\n"), Unsendable::BareLineEnd(1));
    assert_eq!(checked(b"a\0\r\n"), Unsendable::Nul(1));
    assert_eq!(checked("é\r\n".as_bytes()), Unsendable::EightBit(0));
    assert_eq!(checked(b"a"), Unsendable::Unended);
    assert_eq!(checked(b"a\r"), Unsendable::BareLineEnd(1));
    let large = [vec![b'x'; 900], b"\r\n".to_vec()].concat().repeat(30_000);
    assert_eq!(WireMail::checked(large.into()).unwrap_err(), Unsendable::TooLarge(27_060_000));
    let long = |length: usize| WireMail::checked([vec![b'x'; length], b"\r\n".to_vec()].concat().into());
    assert!(long(998).is_ok());
    assert_eq!(long(999).unwrap_err(), Unsendable::LongLine(998));
}

#[test]
fn a_mail_to_an_address_with_an_accent_is_sealed_too() {
    let (dir, seal) = office();
    let mail = Outgoing { to: Address::parse("réza@kota.test").unwrap(), ..letter() }.compose(&seal).unwrap();
    assert_sealed(dir.path(), &mail.to_vec());
    let parts = letter().parts;
    assert_eq!(WireMail::rebuild(&mail.prepared(), parts).unwrap().to_vec(), mail.to_vec());
}

#[test]
fn nothing_that_a_mail_says_shows_in_its_debug_form() {
    let (dir, seal) = office();
    let mail = letter().compose(&seal).unwrap();
    let key = std::fs::read_to_string(dir.path().join("seal.key.pem")).unwrap();
    let shown = format!("{:?} {:?} {mail:?} {:?} {seal:?}", letter(), letter().to, mail.prepared());
    for secret in ["mfrggzdf", "camat", "Camat", "Undangan", key.lines().nth(1).unwrap()] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
}

#[test]
fn ids_and_methods_that_would_break_a_header_are_refused() {
    let (_dir, seal) = office();
    for bad in ["", "a b@c", "x@y>\r\nBcc: z@z", "é@kota.test", "<x@y>"] {
        let refused = Outgoing { message_id: bad.into(), ..letter() }.compose(&seal);
        assert!(matches!(refused, Err(ComposeError::MessageId)), "{bad:?}");
        let foreign =
            Outgoing { in_reply_to: Some(bad.into()), references: vec![bad.into(), "good@kota.test".into()], ..letter() };
        let raw = String::from_utf8(foreign.compose(&seal).unwrap().to_vec()).unwrap();
        assert!(!raw.contains("In-Reply-To:") && !raw.contains("Bcc:"), "{bad:?}");
        assert_eq!(raw.matches("References: <good@kota.test>\r\n").count(), 2, "outside and inside");
    }
    let calendar = Some(Calendar { method: "X\r\nBcc: z@z".into(), text: String::new() });
    assert!(matches!(Outgoing { calendar, ..letter() }.compose(&seal), Err(ComposeError::CalendarMethod)));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// T2: whatever stands in a subject, a name, a text or a file name, the same headers come out and no others.
    #[test]
    fn nothing_that_is_written_becomes_a_header(
        subject in any::<String>(), name in "(\\PC|[\\r\\n\\x00\"<>@,;:]){0,80}", file in "(\\PC|[\\r\\n\\x00\"/]){1,80}",
        text in "(\\PC|[\\r\\n\\x00. ]|Bcc: a@b.c\\r\\n){0,200}",
    ) {
        let (_dir, seal) = &*SHARED;
        let mail = Outgoing {
            subject, to_name: name.clone(), from_name: name, text: text.clone(), html: Some(text),
            parts: vec![SharedPart::encode(&file, "application/pdf\r\nBcc: a@b.c", b"x")], ..letter()
        };
        let raw = mail.compose(seal).unwrap().to_vec();
        let parsed = MessageParser::default().parse(&raw).unwrap();
        let names: Vec<_> = parsed.headers().iter().map(mail_parser::Header::name).collect();
        prop_assert_eq!(names, ["From", "To", "Reply-To", "Subject", "Date", "Message-ID", "X-Kurir-Loop", "MIME-Version", "Content-Type"]);
        let clean = kurir::channel::email::fields::clean;
        prop_assert_eq!(parsed.subject().unwrap_or_default(), clean(&mail.subject));
        prop_assert_eq!(parsed.to().unwrap().first().unwrap().name().unwrap_or_default(), clean(&mail.to_name));
        prop_assert_eq!(parsed.parts.len(), 7);
        let attachment = parsed.parts.iter().find(|part| part.content_disposition().is_some()).unwrap();
        let file = clean(&file);
        prop_assert_eq!(attachment.content_disposition().unwrap().attribute("filename").unwrap_or_default(), file);
        prop_assert!(raw.is_ascii());
    }
}

static SHARED: std::sync::LazyLock<(tempfile::TempDir, Seal)> = std::sync::LazyLock::new(office);
