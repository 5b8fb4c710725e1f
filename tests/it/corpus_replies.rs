//! Real and invented replies against the reader: what the person wrote, and what he ordered.

use std::path::{Path, PathBuf};

/// A folder of the corpora. Where there is none the test says so and goes on; with `CI` set that is a failure.
pub fn corpus(variable: &str, beside: &str, name: &str) -> Option<PathBuf> {
    let home = Path::new(env!("CARGO_MANIFEST_DIR"));
    // A second worktree lies one folder deeper than the first.
    let beside = || vec![home.join(beside), home.join("..").join(beside)];
    let roots = std::env::var_os(variable).map_or_else(beside, |root| vec![PathBuf::from(root)]);
    let found = roots.into_iter().map(|root| root.join(name)).find(|path| path.is_dir());
    if found.is_none() {
        assert!(std::env::var_os("CI").is_none(), "{name} is missing: set {variable}");
        eprintln!("{name} is missing, nothing checked: set {variable}");
    }
    found
}

/// White space and invisible characters folded, as the corpora are judged.
pub fn fold(text: &str) -> String {
    let clean: String = text.chars().filter(|c| !matches!(c, '\u{200b}' | '\u{2063}' | '\u{feff}')).collect();
    clean.split_whitespace().collect::<Vec<_>>().join(" ")
}

mod reply_trimmer {
    use super::{corpus, fold};
    use kurir::domain::reply_text::ReplyText;

    #[test]
    fn replies_of_foreign_clients_are_cut_as_their_suite_expects() {
        let Some(folder) = corpus("KURIR_CORPORA", "../shared/corpora", "reply-trimmer") else { return };
        let (mut right, mut all, mut missed) = (0, 0, Vec::new());
        for entry in std::fs::read_dir(folder.join("emails")).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let Ok(expected) = std::fs::read_to_string(folder.join("trimmed").join(&name)) else { continue };
            let text = std::fs::read_to_string(&path).unwrap();
            let got = ReplyText::of(&text).visible(&text);
            all += 1;
            if fold(&got) == fold(&expected) {
                right += 1;
            } else {
                missed.push(format!("{name}\n--- got\n{got}\n--- expected\n{expected}\n"));
            }
        }
        eprintln!("reply-trimmer {right}/{all}\n{}", missed.join("\n"));
        assert!(right * 100 >= all * 93, "{right} of {all}\n{}", missed.join("\n"));
    }
}

/// The invented town, loaded from its CSV files as far as the reader needs it.
pub mod town {
    use super::corpus;
    use jiff::civil::{Date, time};
    use jiff::tz::{TimeZone, offset};
    use kurir::domain::calendar::WorkCalendar;
    use kurir::domain::directory::{Directory, DirectoryParts, OrgUnit, Position};
    use std::collections::BTreeMap;
    use std::path::Path;

    fn rows(path: &Path) -> Vec<BTreeMap<String, String>> {
        let mut reader = csv::Reader::from_path(path).unwrap();
        reader.deserialize().map(|row| row.unwrap()).collect()
    }

    /// Directory, calendar, and the posts of each address on a day, definitive first.
    pub struct Town {
        pub directory: Directory,
        pub calendar: WorkCalendar,
        holders: Vec<(String, String)>,
    }

    impl Town {
        pub fn load() -> Option<Self> {
            corpus("KURIR_TOWN", "../shared/town/small", "").map(|folder| Self::from(&folder))
        }

        /// A town in another folder beside the small one.
        pub fn city() -> Option<Self> {
            corpus("KURIR_TOWN", "../shared/town/small", "../city").map(|folder| Self::from(&folder))
        }

        fn from(folder: &Path) -> Self {
            let some = |text: &str| (!text.is_empty()).then(|| text.parse().unwrap());
            let units = rows(&folder.join("units.csv"))
                .iter()
                .map(|row| OrgUnit {
                    code: row["code"].parse().unwrap(),
                    name: row["name"].clone(),
                    kind: row["kind"].parse().unwrap(),
                    parent: some(&row["parent_code"]),
                    address: row["address"].clone(),
                    route: row["route"].clone(),
                })
                .collect();
            let positions = rows(&folder.join("positions.csv"))
                .iter()
                .map(|row| Position {
                    code: row["code"].parse().unwrap(),
                    title: row["title"].clone(),
                    short_title: row["title"].clone(),
                    unit: row["unit_code"].parse().unwrap(),
                    superior: (!row["superior_code"].is_empty()).then(|| row["superior_code"].parse().unwrap()),
                    aliases: row["aliases"]
                        .split(';')
                        .map(|alias| alias.trim().to_owned())
                        .filter(|alias| !alias.is_empty())
                        .collect(),
                    until: None,
                })
                .collect();
            let emails: BTreeMap<String, String> = rows(&folder.join("officials.csv"))
                .iter()
                .map(|row| (row["employee_number"].clone(), row["email"].to_lowercase()))
                .collect();
            let holders = rows(&folder.join("incumbencies.csv"))
                .iter()
                .map(|row| (emails.get(&row["employee_number"]).cloned().unwrap_or_default(), row["position_code"].clone()))
                .collect();
            let holidays: BTreeMap<Date, String> = rows(&folder.join("holidays.csv"))
                .iter()
                .map(|row| (row["date"].parse().unwrap(), row["name"].clone()))
                .collect();
            let calendar = WorkCalendar::new(TimeZone::fixed(offset(7)), time(7, 30, 0, 0), time(16, 0, 0, 0), holidays);
            let directory = Directory::new(DirectoryParts { units, positions, ..DirectoryParts::default() });
            Self { directory, calendar, holders }
        }

        /// The first post of an address.
        pub fn post_of(&self, address: &str) -> Option<String> {
            self.holders.iter().find(|(email, _)| email == address).map(|(_, code)| code.clone())
        }
    }
}

mod indonesia {
    use super::{corpus, fold, town::Town};
    use kurir::domain::instruction::{Place, Reading, read};
    use kurir::domain::reply_text::ReplyText;
    use mail_parser::{MessageParser, MimeHeaders, PartType};
    use serde_json::Value;
    use std::collections::{BTreeMap, BTreeSet};
    use std::path::Path;

    /// The plain text of a mail: the plain part, else the HTML part as text.
    fn plain_text(raw: &[u8]) -> String {
        let message = MessageParser::default().parse(raw).unwrap();
        let part = message.text_bodies().next().unwrap();
        match &part.body {
            PartType::Html(html) => html2text::from_read(html.as_bytes(), 10_000).unwrap(),
            PartType::Text(text) if text.contains('\u{fffd}') && part.content_transfer_encoding() != Some("base64") => {
                let body = raw.get(part.raw_body_offset() as usize..part.raw_end_offset() as usize).unwrap();
                quoted_printable(body)
                    .iter()
                    .map(|byte| match byte {
                        0x93 => '“',
                        0x94 => '”',
                        0x96 => '–',
                        other => char::from(*other),
                    })
                    .collect()
            }
            PartType::Text(text) => text.to_string(),
            _ => String::new(),
        }
    }

    /// Bytes of a body that says it is UTF-8 and is not.
    fn quoted_printable(body: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        let mut at = 0;
        while let Some(byte) = body.get(at) {
            match (byte, body.get(at + 1..at + 3)) {
                (b'=', Some([b'\r', b'\n'])) => at += 3,
                (b'=', Some([b'\n', _])) => at += 2,
                (b'=', Some(hex)) => {
                    out.push(u8::from_str_radix(std::str::from_utf8(hex).unwrap(), 16).unwrap());
                    at += 3;
                }
                _ => {
                    out.push(*byte);
                    at += 1;
                }
            }
        }
        out
    }

    fn set(value: &Value) -> BTreeSet<String> {
        value.as_array().map(|items| items.iter().filter_map(Value::as_str).map(str::to_owned).collect()).unwrap_or_default()
    }

    /// Right and counted answers by field, and what went wrong.
    #[derive(Default)]
    struct Score {
        fields: BTreeMap<&'static str, (usize, usize)>,
        missed: Vec<String>,
        invented: Vec<String>,
    }

    impl Score {
        fn judge(&mut self, name: &str, key: &'static str, (good, counts): (bool, bool), detail: &str) {
            let entry = self.fields.entry(key).or_default();
            entry.1 += usize::from(counts);
            entry.0 += usize::from(counts && good);
            if good {
                return;
            }
            self.missed.push(format!("{name} {key}: {detail}"));
            if !counts {
                self.invented.push(name.to_owned());
            }
        }

        fn judge_set(&mut self, name: &str, key: &'static str, got: &BTreeSet<String>, expected: &Value) {
            let expected = set(&expected[key]);
            self.judge(name, key, (*got == expected, !expected.is_empty()), &format!("{got:?}"));
        }
    }

    /// Whose token a mail bears: the post it is read from.
    fn holders(folder: &Path) -> BTreeMap<String, String> {
        let rows = csv::Reader::from_path(folder.join("deliveries.csv")).unwrap().into_deserialize::<BTreeMap<String, String>>();
        rows.map(Result::unwrap).map(|row| (row["token"].clone(), row["position_code"].clone())).collect()
    }

    /// The visible reply of a mail and what it was read as.
    fn read_mail(file: &Path, expected: &Value, town: &Town, holders: &BTreeMap<String, String>) -> (String, Reading) {
        let raw = std::fs::read(file.with_extension("eml")).unwrap();
        let text = plain_text(&raw);
        let visible = ReplyText::of(&text).visible(&text);
        let message = MessageParser::default().parse(&raw).unwrap();
        let written = jiff::Timestamp::from_second(message.date().unwrap().to_timestamp()).unwrap();
        let from = expected["from"].as_str().unwrap_or_default();
        let owner = expected["letter_token"].as_str().and_then(|token| holders.get(token).cloned());
        let position = owner.or_else(|| town.post_of(from)).unwrap_or_else(|| "SEKDA".into()).parse().unwrap();
        let reference = town.calendar.local(written);
        let place = Place { directory: &town.directory, position: &position, reference, calendar: &town.calendar, hints: &[] };
        let reading = read(&visible, &place);
        (visible, reading)
    }

    fn judge_mail(score: &mut Score, name: &str, expected: &Value, (visible, reading): &(String, Reading)) {
        let mut accepted = vec![fold(expected["reply_text"].as_str().unwrap_or_default())];
        accepted.extend(set(&expected["reply_text_also"]).iter().map(|text| fold(text)));
        score.judge(name, "reply_text", (accepted.contains(&fold(visible)), true), visible);
        let intent = reading.intent.as_str();
        score.judge(name, "intent", (expected["intent"] == intent, true), &format!("{intent} {:?}", reading.unclear));
        score.judge_set(name, "instructions", &reading.instructions().iter().map(ToString::to_string).collect(), expected);
        score.judge_set(name, "targets", &reading.targets().iter().map(ToString::to_string).collect(), expected);
        let (due, wanted) = (reading.due().to_string(), expected["due"].as_str().unwrap_or_default());
        score.judge(name, "due", (due == wanted, !wanted.is_empty()), &due);
    }

    #[test]
    fn replies_of_officials_are_read_as_they_are_meant() {
        let Some(folder) = corpus("KURIR_CORPORA", "../shared/corpora", "indonesia") else { return };
        let Some(town) = Town::load() else { return };
        let holders = holders(&folder);
        let (mut score, mut wrong) = (Score::default(), Vec::new());
        let found = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
        let mut files: Vec<_> = found.filter(|path| path.extension().is_some_and(|ext| ext == "json")).collect();
        files.sort();
        for file in files {
            let expected: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
            if expected["class"] != "human" {
                continue;
            }
            let name = file.file_stem().unwrap().to_string_lossy()[..3].to_owned();
            let read = read_mail(&file, &expected, &town, &holders);
            judge_mail(&mut score, &name, &expected, &read);
            if expected["intent"] == "unclear" && read.1.intent.as_str() != "unclear" {
                wrong.push(name);
            }
        }
        eprintln!("{:?}\n{}", score.fields, score.missed.join("\n"));
        assert!(wrong.is_empty(), "an act where a question was due: {wrong:?}");
        assert!(score.invented.is_empty(), "a value where none was written: {:?}", score.invented);
        for (key, (right, all)) in score.fields {
            assert!(right * 100 >= all * 95, "{key} {right}/{all}");
        }
    }
}

mod city {
    use super::town::Town;
    use kurir::domain::instruction::{Catalogue, Place, TargetIndex, examples_with, read_with};

    #[test]
    fn every_head_of_a_large_city_is_shown_examples_that_are_understood() {
        let Some(town) = Town::city() else { return };
        let begun = std::time::Instant::now();
        let index = TargetIndex::new(&town.directory);
        assert!(begun.elapsed().as_secs_f64() < 2.0, "indexing took {:?}", begun.elapsed());
        let heads = town.directory.parts().units.iter().filter_map(|unit| town.directory.head_of(&unit.code));
        for head in heads {
            for example in examples_with(&index, &town.directory, &head.code) {
                let place = Place {
                    directory: &town.directory,
                    position: &head.code,
                    reference: jiff::civil::date(2026, 11, 24).at(8, 0, 0, 0),
                    calendar: &town.calendar,
                    hints: &[],
                };
                let reading = read_with(&example, &place, Catalogue::standard(), &index);
                assert!(reading.unclear.is_none(), "{} {example:?} {reading:?}", head.code);
            }
        }
    }
}

mod foreign_corpora {
    use super::corpus;
    use kurir::domain::reply_text::ReplyText;

    #[test]
    fn a_reply_that_was_written_is_never_empty() {
        for name in ["reply-github", "reply-zapier", "reply-willdurand/Fixtures"] {
            let Some(folder) = corpus("KURIR_CORPORA", "../shared/corpora", name) else { return };
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
                let visible = ReplyText::of(&text).visible(&text);
                assert!(!visible.is_empty(), "{}", path.display());
                let quoted = visible.lines().filter(|line| line.trim_start().starts_with('>')).count();
                assert_eq!(quoted, 0, "{}", path.display());
            }
        }
    }
}
