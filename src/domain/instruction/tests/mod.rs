//! Sentences: who writes, what, and how it has to be read.

mod doubtful;
mod officials;
mod sentences;
mod town;

use super::*;
use proptest::prelude::*;
use town::{calendar, directory, today};

fn place<'a>(directory: &'a Directory, calendar: &'a WorkCalendar, position: &'a PositionCode, hints: &'a [Hint]) -> Place<'a> {
    Place { directory, position, reference: today().at(8, 0, 0, 0), calendar, hints }
}

/// "intent | instructions | targets | due", empty parts left out at the end.
fn told(reading: &Reading) -> String {
    let list = |items: Vec<String>| {
        let mut items = items;
        items.sort();
        items.join(" ")
    };
    let instructions = list(reading.instructions().iter().map(ToString::to_string).collect());
    let targets = list(reading.targets().iter().map(ToString::to_string).collect());
    let kind = reading.unclear.as_ref().map_or_else(String::new, |unclear| unclear.kind.to_string());
    let text = format!("{} | {instructions} | {targets} | {} | {kind}", reading.intent, reading.due());
    text.split(" | ").map(str::trim).collect::<Vec<_>>().join("|").trim_end_matches('|').to_owned()
}

fn check(table: &[(&str, &str, &str)]) {
    let (directory, calendar) = (directory(), calendar());
    let mut wrong = Vec::new();
    for (writer, text, expected) in table {
        let writer: PositionCode = writer.parse().unwrap();
        let got = told(&read(text, &place(&directory, &calendar, &writer, &[])));
        let sorted = |text: &str| {
            let mut parts: Vec<String> = text
                .split('|')
                .map(|part| {
                    let mut words: Vec<&str> = part.split_whitespace().collect();
                    words.sort_unstable();
                    words.join(" ")
                })
                .collect();
            while parts.last().is_some_and(String::is_empty) {
                parts.pop();
            }
            parts.join("|")
        };
        if sorted(&got) != sorted(expected) {
            wrong.push(format!("{text:?}\n   got      {got}\n   expected {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {} wrong\n{}", wrong.len(), table.len(), wrong.join("\n"));
}

#[test]
fn plain_orders() {
    check(sentences::ORDERS);
}

#[test]
fn other_intents() {
    check(sentences::INTENTS);
}

#[test]
fn what_is_asked_back() {
    check(sentences::UNCLEAR);
}

/// Whether a reading would be put on record as what an official did.
fn is_act(reading: &Reading) -> bool {
    use Intent as T;
    let acts = [T::Disposition, T::Forward, T::Return, T::Reassign, T::Approve, T::Reject, T::FollowUpReport, T::Correct];
    acts.contains(&reading.intent)
}

#[test]
fn words_that_leave_it_open_are_no_act() {
    let (directory, calendar) = (directory(), calendar());
    let writer = "KADIS-KOMINFO".parse().unwrap();
    let read = |text: &&&str| read(text, &place(&directory, &calendar, &writer, &[]));
    let wrong: Vec<String> = doubtful::NO_ACTS
        .iter()
        .filter(|text| is_act(&read(text)))
        .map(|text| format!("{text:?} is {}", told(&read(&text))))
        .collect();
    assert!(wrong.is_empty(), "{} of {} wrong\n{}", wrong.len(), doubtful::NO_ACTS.len(), wrong.join("\n"));
}

#[test]
fn plain_words_beside_them_are_done() {
    let table: Vec<_> = doubtful::PLAIN.iter().map(|(text, expected)| ("KADIS-KOMINFO", *text, *expected)).collect();
    check(&table);
}

#[test]
fn what_must_not_be_an_order() {
    check(sentences::NO_ORDERS);
}

#[test]
fn words_that_kurir_offers() {
    check(sentences::OFFERED);
}

#[test]
fn slips_dialects_and_telephones() {
    check(sentences::SPELLING);
}

#[test]
fn several_orders_keep_their_own_targets_and_dates() {
    let (directory, calendar) = (directory(), calendar());
    let writer = "KADIS-KOMINFO".parse().unwrap();
    let text =
        "1. Sekdis: siapkan bahan, besok\n2. Kabid Aptika dan IKP: hadir\n3. Kasubag Umum: arsipkan\nCatatan: gunakan aula";
    let reading = read(text, &place(&directory, &calendar, &writer, &[]));
    let orders: Vec<String> = reading
        .orders
        .iter()
        .map(|order| {
            format!(
                "{:?} {:?} {}",
                order.targets.iter().map(PositionCode::as_str).collect::<Vec<_>>(),
                order.instructions,
                order.due
            )
        })
        .collect();
    assert_eq!(
        orders,
        [
            "[\"SEKDIS-KOMINFO\"] [PrepareMaterial] 2026-11-25",
            "[\"KABID-APTIKA\", \"KABID-IKP\"] [Attend] ",
            "[\"KASUBAG-UMUM-KOMINFO\"] [File] ",
        ]
    );
    assert_eq!(reading.note.as_deref(), Some("gunakan aula"));
}

#[test]
fn a_note_in_the_middle_of_a_line_goes_along_without_its_label() {
    let (directory, calendar) = (directory(), calendar());
    let writer = "CAMAT-MKW".parse().unwrap();
    for text in [
        "TL ke Lurah Pasirmulya dan Lurah Pasirmukti, lapor Jumat. Catatan: bawa data kependudukan.",
        "TL ke Lurah Pasirmulya dan Lurah Pasirmukti, lapor Jumat. NB : bawa data kependudukan.",
        "TL ke Lurah Pasirmulya dan Lurah Pasirmukti, lapor Jumat.\nCatatan: bawa data kependudukan.",
    ] {
        let reading = read(text, &place(&directory, &calendar, &writer, &[]));
        assert_eq!(reading.due().to_string(), "2026-11-27", "{text}");
        assert_eq!(reading.note.as_deref(), Some("bawa data kependudukan."), "{text}");
    }
}

#[test]
fn a_choice_settles_what_was_asked() {
    let (directory, calendar) = (directory(), calendar());
    let table = [
        ("CAMAT-MKW", "Lurah Pasir tolong dicek ke lapangan", "disposition|check|LURAH-PSK"),
        ("KADIS-KOMINFO", "TL, lapor Jumat", "disposition|follow_up report_back|SEKDIS-KOMINFO|2026-11-27"),
        ("KADIS-KOMINFO", "Kabid Aptika", "disposition|follow_up|KABID-APTIKA"),
        ("KADIS-KOMINFO", "Kabid Aptika atau Kabid IKP hadir", "disposition|attend|KABID-APTIKA"),
        ("KADIS-KOMINFO", "Kabid Aptika TL, lapor Jumat depan", "disposition|follow_up report_back|KABID-APTIKA|2026-11-27"),
        ("KADIS-KOMINFO", "ok", "approve|approve"),
        ("KADIS-KOMINFO", "Kadis Kominfo hadir", "disposition|self_attend"),
    ];
    for (writer, text, expected) in table {
        let writer = writer.parse().unwrap();
        let asked = read(text, &place(&directory, &calendar, &writer, &[])).unclear.unwrap();
        let hint = [Hint { quoted: asked.quoted, choice: asked.choices[0].clone() }];
        assert_eq!(told(&read(text, &place(&directory, &calendar, &writer, &hint))), expected, "{text}");
    }
}

#[test]
fn every_example_is_understood_as_it_is_meant() {
    let (directory, calendar) = (directory(), calendar());
    for post in &directory.parts().positions {
        for example in examples_for(&directory, &post.code) {
            let reading = read(&example, &place(&directory, &calendar, &post.code, &[]));
            assert!(reading.unclear.is_none() && reading.intent != Intent::None, "{} {example:?} {reading:?}", post.code);
            assert!(reading.targets().iter().all(|target| directory.is_below(target, &post.code)), "{example:?}");
        }
    }
}

#[test]
fn long_texts_are_read_in_no_time() {
    let (directory, calendar) = (directory(), calendar());
    let writer = "KADIS-KOMINFO".parse().unwrap();
    for word in [
        "Kabid Aptika TL, ",
        "sudah ",
        "tidak TL ",
        "kalau ",
        "saya bahwa ",
        "setuju ",
        "siapkn ",
        "Jumat ",
        "dengan ",
        "a.",
        "1. ",
        "semua ",
        "\n",
        "TL yang saya hadir ",
        "Kabid Aptika dan ",
        "Kabid Aptika, ",
        "TL Kabid Aptika ",
        "Kabid Aptika TL, tapi ",
        "saya minta hadir ",
        "bukan kewenangan kami kembalikan ",
        "\" ",
        "cc: Sekdis ",
    ] {
        let begun = std::time::Instant::now();
        let _ = read(&word.repeat(2_900), &place(&directory, &calendar, &writer, &[]));
        assert!(begun.elapsed().as_secs_f64() < 5.0, "{word:?} took {:?}", begun.elapsed());
    }
}

proptest! {
    #[test]
    fn reading_is_total(text in "\\PC{0,200}") {
        let (directory, calendar) = (directory(), calendar());
        let writer = "KADIS-KOMINFO".parse().unwrap();
        let _ = read(&text, &place(&directory, &calendar, &writer, &[]));
    }

    #[test]
    fn an_unclear_reply_orders_nothing(words in proptest::collection::vec(prop_oneof![
        Just("Kabid Aptika"), Just("Kadis"), Just("Lurah Pasir"), Just("TL"), Just("hadir"), Just("Jumat"), Just("31/11"), Just("dengan"), Just("bukan"), Just("sudah"),
        Just("saya"), Just("kami"), Just(","), Just("."), Just("?"), Just("\n"), Just("dan"), Just("lapor"), Just("semua"), Just("mohon petunjuk"), Just("kembalikan"), Just("👍"),
    ], 0..12)) {
        let (directory, calendar) = (directory(), calendar());
        let writer: PositionCode = "KADIS-KOMINFO".parse().unwrap();
        let reading = read(&words.join(" "), &place(&directory, &calendar, &writer, &[]));
        prop_assert_eq!(reading.unclear.is_some(), reading.intent == Intent::Unclear);
        if reading.intent == Intent::Unclear {
            prop_assert!(reading.orders.is_empty());
        }
        if reading.intent == Intent::Disposition {
            prop_assert!(!reading.targets().contains(&writer));
            for order in &reading.orders {
                prop_assert!(!order.instructions.is_empty());
                prop_assert!(!order.targets.is_empty() || order.instructions.iter().all(|code| !code.needs_target()));
            }
        }
    }
}
