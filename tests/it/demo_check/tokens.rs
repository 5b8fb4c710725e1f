//! Everything by which somebody could act, as it stands outside: in mailboxes, on phones, on paper.

use super::folder::{Run, hits};
use std::collections::{BTreeMap, BTreeSet};

/// The tokens of a run by their kind.
pub fn outside(run: &Run) -> BTreeMap<&'static str, BTreeSet<String>> {
    let mails: String = run.mails().iter().map(super::folder::Mail::text).collect();
    let phones: String = run.phone_messages().iter().map(ToString::to_string).collect();
    let covers = run.covers().join("\n");
    let bot = std::fs::read_to_string(run.folder.join("telegram-token")).unwrap();
    let kinds = [
        ("reply address", r"Reply-To: (?:[^\n]*\r?\n)? ?<balas\+([a-z2-7]{26})@", &mails),
        ("return path", r"Return-Path: <kembali\+([a-z2-7]{26})@", &mails),
        ("code of a letter", r"Kode naskah: ([a-z2-7]{26})", &mails),
        ("message id", r"Message-ID: <([^>]+)>", &mails),
        ("link code", r"\r\n  ([A-Z2-9]{12})\r\n", &mails),
        ("button", r#""callback_data":"([^"]+)""#, &phones),
        ("check code of a sheet", r"Kode periksa\s+([A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{2})", &covers),
        ("bot token", r"(\d+:\S+)", &bot),
    ];
    let found = |pattern: &str, text: &str| hits(pattern, text).into_iter().collect();
    kinds.into_iter().map(|(kind, pattern, text)| (kind, found(pattern, text))).collect()
}
