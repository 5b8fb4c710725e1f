use super::*;
use proptest::prelude::*;
use rustix::time::{ClockId, clock_gettime};

fn visible(text: &str) -> String {
    ReplyText::of(text).visible(text)
}

#[test]
fn what_indonesian_clients_put_below_is_cut() {
    let table = [
        ("gmail, wrapped", "TL Kabid\n\nPada Sel, 24 Nov 2026 pukul 07.31 Kurir <\na@b.example> menulis:\n\n> Yth.\n"),
        (
            "gmail, three lines",
            "TL Kabid\n\nPada Sel, 24 Nov 2026 pukul 07.31 Kurir Naskah\nDinas Kota Sukamaju <\na@b.example> menulis:\n\n> Yth.\n",
        ),
        (
            "outlook",
            "TL Kabid\n\nDari: Kurir <a@b.example>\nDikirim: Kamis, 26 November 2026 07.55\nKepada: X\nPerihal: Y\n\nYth. X\n",
        ),
        ("original message", "TL Kabid\n-----Pesan Asli-----\nDari: x\n\nisi\n"),
        ("forwarded", "TL Kabid\n\n---------- Pesan terusan ---------\nDari: x\n"),
        ("iphone", "TL Kabid\n\nDikirim dari iPhone saya\n\n> Pada 26 Nov 2026, Kurir <a@b> menulis:\n> x\n"),
        (
            "yahoo",
            "TL Kabid\n\nDikirim dari Yahoo Mail di Android\n \n  Pada Rab, 2 Des 2026 pada 10:10, K<a@b.example> menulis:    Yth. Lurah\n di Sukamaju\n",
        ),
        (
            "outlook mobile",
            "TL Kabid\n\nDapatkan Outlook untuk Android\n<https://aka.example/x>\n________________________________\nDari: A <a@b>\nDikirim: x\nKepada: y\nSubjek: z\n\nlama\n",
        ),
        ("signature", "TL Kabid\n-- \nAsep\nKepala Dinas\n"),
        (
            "no delimiter",
            "TL Kabid\n\nAsep Hidayat, S.T., M.Kom.\nNIP. 197203091998031910\nKepala Dinas Kominfo\nTelp. 0812-0000-1190\n",
        ),
        ("post over name", "TL Kabid\n\nKepala Dinas Kesehatan,\n\ndr. Iwan Setiabudhi, M.Kes.\n"),
        ("disclaimer", "TL Kabid\n\nPERHATIAN: Surel ini bersifat rahasia.\nArsipkan.\n"),
    ];
    for (name, text) in table {
        assert_eq!(visible(text), "TL Kabid", "{name}");
    }
}

#[test]
fn other_introductions_and_advertising_are_known_too() {
    let introductions = [
        "Pada hari Sel, 24 Nov 2026 pukul 07.31, Kurir <a@b.example> menulis:",
        "Pada Rabu, 2 Desember 2026 pukul 10.10.00 WIB, Kurir <a@b.example> menulis:",
        "Pada Sel, 2026-11-24 pukul 07:31 +0700, Kurir menulis:",
        "On Tue, Nov 24, 2026 at 7:31 AM Kurir <a@b.example> wrote:",
        "Mengutip Kurir <a@b.example>:",
        "Quoting Kurir <a@b.example>:",
        "Kurir <a@b.example> menulis pada 24/11/2026 07.31:",
        "Tanggal 24 Nov 2026 07.31, Kurir menulis:",
        "Kurir Naskah Dinas <a@b.example> schrieb am Di., 24. Nov. 2026, 07:31:",
    ];
    for line in introductions {
        assert_eq!(visible(&format!("TL Kabid\n\n{line}\n\n> Yth.\n> TL Sekdis\n")), "TL Kabid", "{line}");
        assert_eq!(visible(&format!("{line}\n> Yth.\n\nTL Kabid\n")), "TL Kabid", "{line}");
    }
    let adverts = [
        "Dikirim dari Galaxy saya",
        "Terkirim dari perangkat Samsung saya",
        "Dikirim dari Mail untuk Windows 10",
        "Dikirim dengan Spark",
        "Kirim dari ponsel Xiaomi saya",
        "Sent from my iPhone",
        "Dapatkan Outlook untuk iOS",
        "Dikirim dari Yahoo Mail. Dapatkan aplikasinya",
        "Dikirim menggunakan Zoho Mail",
        "<<Dikirim dari BlackBerry>>",
    ];
    for line in adverts {
        assert_eq!(visible(&format!("TL Kabid\n\n{line}\n")), "TL Kabid", "{line}");
    }
    for line in [
        "----- Pesan Asli -----",
        "-------- Pesan asli --------",
        "---------- Pesan Terusan ---------",
        "Awal pesan yang diteruskan:",
        "-----Original Message-----",
    ] {
        assert_eq!(visible(&format!("TL Kabid\n\n{line}\nDari: a\n\nTL Sekdis\n")), "TL Kabid", "{line}");
    }
}

#[test]
fn a_letter_below_without_any_mark_is_never_the_reply() {
    let letter = "Yth. Kepala Dinas\ndi Sukamaju\n\nNaskah dinas berikut ditujukan kepada Bapak/Ibu.\n\nContoh:\n  TL Kabid Aptika, lapor Jumat\n\nKode naskah: abc\n";
    assert_eq!(visible(&format!("UDK Sekdis\n\n{letter}")), "UDK Sekdis");
    assert_eq!(visible(&format!("{letter}\nUDK Sekdis\n")), "UDK Sekdis");
    assert_eq!(visible(letter), "");
    assert_eq!(visible("Kode naskah: abc\nUDK Sekdis"), "UDK Sekdis");
}

#[test]
fn the_tail_of_a_broken_quote_is_quote() {
    let long = "> Dalam rangka percepatan penerapan sistem pemerintahan berbasis elektronik,";
    assert_eq!(visible(&format!("Kabid hadir\n\n{long}\nTL Sekdis\n> pada hari Senin\n")), "Kabid hadir");
}

#[test]
fn answers_below_and_between_quotes_stay() {
    assert_eq!(visible("Pada 2026-12-01 08:02, K menulis:\n> a\n> b\n\nSekban, TL.\n\n-- \nX\n"), "Sekban, TL.");
    assert_eq!(visible("> a\n\nKabid hadir.\n\n> b\n\nSekdis siap.\n"), "Kabid hadir.\n\n\nSekdis siap.");
}

#[test]
fn an_order_that_looks_like_a_signature_stays() {
    assert_eq!(visible("Hadiri/wakili\n\nKabag Umum"), "Hadiri/wakili\n\nKabag Umum");
    assert_eq!(
        visible("LEMBAR DISPOSISI\nDiteruskan kepada : Kabid\nInstruksi : TL"),
        "LEMBAR DISPOSISI\nDiteruskan kepada : Kabid\nInstruksi : TL"
    );
    assert_eq!(visible("Dikirim dari Dinas Kesehatan kemarin, TL Kabid"), "Dikirim dari Dinas Kesehatan kemarin, TL Kabid");
}

#[test]
fn nothing_written_is_nothing() {
    assert_eq!(
        visible("Pada Sel, 24 Nov 2026 pukul 07.31 K <a@b.example> menulis:\n\nYth. Kepala\nTL Kabid\nKode naskah: x\n"),
        ""
    );
    assert_eq!(visible("> TL Kabid\n"), "");
    assert_eq!(visible(""), "");
}

/// Processor time of this thread: a loaded machine does not change it.
fn spent(text: &str) -> f64 {
    let begun = clock_gettime(ClockId::ThreadCPUTime);
    let _ = ReplyText::of(text);
    let ended = clock_gettime(ClockId::ThreadCPUTime);
    let nanos = (ended.tv_sec - begun.tv_sec) * 1_000_000_000 + (ended.tv_nsec - begun.tv_nsec);
    f64::from(u32::try_from(nanos).unwrap_or(u32::MAX))
}

#[test]
fn ten_times_the_lines_take_no_hundred_times_as_long() {
    for line in ["On 1 x\n", "> a\n", "Dari: x\n", "Pada 24 Nov 2026 pukul 07.31 K <\n", "kata\n", "-- \n", "Asep Hidayat\n"] {
        // The least of some: what else runs on the machine only ever adds.
        let least = |lines| (0..3).map(|_| spent(&line.repeat(lines))).fold(f64::MAX, f64::min);
        let [few, many] = [10_000, 100_000].map(least);
        assert!(many < 40.0 * few, "{line:?}: {few} and {many} ns");
    }
    let _ = ReplyText::of(&"x".repeat(10_000_000));
}

proptest! {
    #[test]
    fn every_byte_has_exactly_one_place(pieces in proptest::collection::vec(prop_oneof![
        Just("Pada 24 Nov 2026 K <a@b> menulis:".to_owned()), Just("> q".to_owned()), Just("-- ".to_owned()), Just(String::new()),
        Just("Dari: a@b".to_owned()), Just("Dikirim: x".to_owned()), Just("Perihal: y".to_owned()), Just("Dikirim dari iPhone saya".to_owned()),
        Just("NIP. 197203091998031910".to_owned()), "\\PC{0,30}",
    ], 0..30), end in prop_oneof![Just("\n"), Just("\r\n"), Just("\r")]) {
        let text = pieces.join(end);
        let found = ReplyText::of(&text);
        let mut all: Vec<_> = found.reply.iter().chain(&found.elided).chain(&found.signature).cloned().collect();
        all.sort_by_key(|range| range.start);
        let mut at = 0;
        for range in all {
            prop_assert_eq!(range.start, at);
            prop_assert!(text.get(range.clone()).is_some());
            at = range.end;
        }
        prop_assert_eq!(at, text.len());
    }
}
