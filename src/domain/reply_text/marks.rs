//! The words by which clients mark what is not the person's own: Indonesian first, then the languages of the corpora.

/// What a header line of a quoted block names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Header {
    /// Who wrote.
    From,
    /// When.
    Date,
    /// About what.
    Subject,
    /// To whom, and the rest.
    To,
}

const FROM: &[&str] = &[
    "dari",
    "from",
    "de",
    "von",
    "van",
    "da",
    "от",
    "od",
    "fra",
    "från",
    "發件人",
    "发件人",
    "寄件者",
    "差出人",
    "от кого",
    "pengirim",
];
const DATE: &[&str] = &[
    "dikirim",
    "terkirim",
    "tanggal",
    "tgl",
    "sent",
    "date",
    "envoyé",
    "enviado",
    "enviado el",
    "fecha",
    "data",
    "datum",
    "gesendet",
    "verzonden",
    "inviato",
    "дата",
    "отправлено",
    "skickat",
    "dato",
    "wysłano",
    "发送时间",
    "日期",
    "date d'envoi",
    "send",
];
const SUBJECT: &[&str] = &[
    "subjek",
    "perihal",
    "judul",
    "hal",
    "subject",
    "asunto",
    "objet",
    "betreff",
    "onderwerp",
    "oggetto",
    "assunto",
    "тема",
    "ämne",
    "emne",
    "temat",
    "主题",
    "主旨",
    "件名",
    "re",
];
const TO: &[&str] = &[
    "kepada",
    "ke",
    "cc",
    "bcc",
    "tembusan",
    "to",
    "reply-to",
    "reply to",
    "balas ke",
    "importance",
    "para",
    "an",
    "aan",
    "à",
    "a",
    "кому",
    "till",
    "til",
    "do",
    "risposta",
    "收件人",
    "importance",
    "sifat",
    "lampiran",
    "attachments",
    "balas-ke",
    "organisation",
    "organization",
];

/// Which header a line is, if it is one.
pub(super) fn header(line: &str) -> Option<Header> {
    let bare = line.trim_start_matches(['*', ' ', '_']);
    let (key, _) = bare.split_once([':', '：'])?;
    if key.len() > 30 {
        return None;
    }
    let key = key.trim_matches(['*', ' ', '\u{a0}', '_']).to_lowercase();
    let is_in = |set: &[&str]| set.contains(&key.as_str());
    match () {
        () if is_in(FROM) => Some(Header::From),
        () if is_in(DATE) => Some(Header::Date),
        () if is_in(SUBJECT) => Some(Header::Subject),
        () if is_in(TO) => Some(Header::To),
        () => None,
    }
}

const BANNERS: &[&str] = &[
    "pesan asli",
    "pesan terusan",
    "pesan yang diteruskan",
    "pesan diteruskan",
    "surel asli",
    "original message",
    "original mail",
    "forwarded message",
    "forwarded by",
    "begin forwarded message",
    "mulai pesan terusan",
    "awal pesan yang diteruskan",
    "ursprüngliche nachricht",
    "message d'origine",
    "message original",
    "mensaje original",
    "mensagem original",
    "messaggio originale",
    "messaggio inoltrato",
    "oorspronkelijk bericht",
    "originele bericht",
    "original-nachricht",
    "weitergeleitete nachricht",
    "doorgestuurd bericht",
    "исходное сообщение",
    "пересылаемое сообщение",
    "wiadomość oryginalna",
    "oryginalna wiadomość",
    "opprinnelig melding",
    "ursprungligt meddelande",
    "原始邮件",
    "原始郵件",
    "mensaje reenviado",
    "message transféré",
    "balas di atas baris ini",
    "reply above this line",
    "please reply above",
    "reply to original",
    "tulis balasan di atas baris ini",
];

/// "-----Pesan Asli-----" and "Begin forwarded message:".
pub(super) fn is_banner(line: &str) -> bool {
    let core =
        line.trim_matches(|c: char| matches!(c, '-' | '_' | '=' | '*' | '#' | ' ' | ':' | '>' | '<' | '—' | '–')).to_lowercase();
    core.len() < 80 && line.len() != core.len() && BANNERS.iter().any(|banner| core.starts_with(banner))
}

/// The signature delimiter of RFC 3676 4.3, with or without its blank, and what clients make of it.
pub(super) fn is_delimiter(line: &str) -> bool {
    matches!(line, "--" | "—" | "–" | "---" | "-- --" | "__" | "\\--" | "\\-- " | "– –")
}

/// A drawn rule.
pub(super) fn is_separator(line: &str) -> bool {
    line.chars().count() >= 5 && line.chars().all(|c| matches!(c, '-' | '_' | '=' | '*' | '─' | '—' | '–' | ' '))
}

const ADVERTS: &[&str] = &[
    "dikirim dari",
    "dikirim dengan",
    "kirim dari",
    "dibuat dengan",
    "terkirim dari",
    "dikirim menggunakan",
    "dikirim melalui",
    "dikirim lewat",
    "dapatkan outlook",
    "dapatkan gmail",
    "diketik dari",
    "sent from",
    "sent via",
    "sent with",
    "sent by galaxy",
    "sent using",
    "get outlook for",
    "get [outlook",
    "from my iphone",
    "envoyé depuis",
    "envoyé de mon",
    "enviado desde",
    "enviado do meu",
    "enviado de mi",
    "von meinem",
    "gesendet von",
    "gesendet mit",
    "gesendet über",
    "diese nachricht wurde von",
    "verzonden met",
    "verzonden vanaf",
    "verstuurd vanaf",
    "inviato da",
    "inviato dal",
    "sendt fra",
    "skickat från",
    "wysłane z",
    "отправлено с",
    "отправлено из",
    "надіслано з",
    "從我的",
    "从我的",
    "发自我的",
    "發自我的",
    "iphoneから送信",
    "send from my",
    "von meinem iphone",
    "someone from mobile",
    "pesan ini dikirim dari",
    "bebas virus",
    "virus-free",
    "scanned by",
    "dipindai dengan",
    "outlook for ios herunterladen",
    "tabriknya bapak",
    "powered by",
];

/// Advertising of a client or device.
pub(super) fn is_advert(line: &str) -> bool {
    let core = line.trim_start_matches(['<', '(', '[', '*', '_', ' ', '~']).to_lowercase();
    let Some(found) = ADVERTS.iter().find(|advert| core.starts_with(**advert)) else { return false };
    let words = core.split_whitespace().take_while(|word| !word.contains("http")).count();
    // "Sent from my desk, is much easier than my phone" is a sentence.
    let sentence = found.starts_with("sent from") && (core.contains(" is ") || core.contains(" are ") || core.contains(" was "));
    // "Dikirim dari Dinas Kesehatan kemarin" is one too: an advert names a device or a program.
    let office = ["dinas", "bagian", "kecamatan", "kelurahan", "bidang", "kemarin", "bapak", "surat"]
        .iter()
        .any(|word| core.contains(word));
    words <= 12 && !sentence && !(found.starts_with("dikirim") && office)
}

const DISCLAIMERS: &[&str] = &[
    "perhatian / disclaimer",
    "perhatian/disclaimer",
    "disclaimer",
    "penafian",
    "penyangkalan",
    "peringatan: surel ini",
    "perhatian: surel ini",
    "perhatian: email ini",
    "surel ini beserta lampirannya",
    "email ini beserta lampirannya",
    "email ini dan lampirannya",
    "surel ini dan lampirannya",
    "pesan ini beserta lampirannya",
    "pesan ini bersifat rahasia",
    "surel ini bersifat rahasia",
    "email ini bersifat rahasia",
    "informasi dalam surel ini",
    "informasi dalam email ini",
    "informasi yang terdapat dalam email",
    "informasi yang terkandung dalam",
    "this message is intended",
    "this message and any",
    "this e-mail and any",
    "this email and any",
    "this e-mail is intended",
    "the information contained in this",
    "confidentiality notice",
    "confidentiality:",
    "if you are not the intended",
    "apabila saudara bukan penerima",
    "jika anda bukan penerima",
    "catatan kerahasiaan",
];

/// The first line of a disclaimer.
pub(super) fn is_disclaimer(line: &str) -> bool {
    let core = line.trim_start_matches(['*', '_', '[', '(', '#', '=', '-', ' ']).to_lowercase();
    DISCLAIMERS.iter().any(|mark| core.starts_with(mark))
}
