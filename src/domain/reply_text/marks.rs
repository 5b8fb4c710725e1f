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

const OPENERS: &[&str] = &[
    "pada", "on", "op", "am", "le", "el", "il", "em", "den", "dnia", "w", "в", "el", "på", "dne", "am", "kada", "hari",
    "tanggal", "tgl", "in", "de", "a", "於", "在", "po", "ne", "ons", "man", "tir", "tor", "fre", "lør", "søn",
];
const VERBS: &[&str] = &[
    "menulis",
    "írta",
    "mengutip",
    "quoting",
    "zitat von",
    "citando",
    "wrote",
    "writes",
    "schrieb",
    "schreef",
    "geschreven",
    "a écrit",
    "escribió",
    "escreveu",
    "ha scritto",
    "scritto",
    "skrev",
    "napisał(a)",
    "napisał",
    "napisała",
    "написал",
    "написала",
    "написал(а)",
    "пише",
    "пишет",
    "писал",
    "написав",
    "написала",
    "写道",
    "寫道",
    "menulis sebagai berikut",
    "napsal",
    "berkata",
    "mengatakan",
    "kirjoitti",
    "writeth",
    "sent",
    "mengirim",
];

/// A cheap test whether an attribution may begin here.
pub(super) fn may_open_attribution(line: &str) -> bool {
    let bare = line.trim_start_matches(['-', ' ', '*', '_', '>', '|']);
    if bare.starts_with(|c: char| c.is_ascii_digit()) {
        return true;
    }
    let first: String = bare.chars().take_while(|c| c.is_alphabetic()).collect::<String>().to_lowercase();
    let first_char: String = bare.chars().take(1).collect();
    (OPENERS.contains(&first.as_str()) || OPENERS.contains(&first_char.as_str())) && bare.contains(|c: char| c.is_ascii_digit())
        || bare.contains('<') && (bare.contains('@') || bare.contains(|c: char| c.is_ascii_digit()))
}

/// A cheap test whether a verb of writing may stand in a line.
pub(super) fn has_verb(line: &str) -> bool {
    line.split(|c: char| c.is_whitespace() || c == '>').any(|word| {
        let core = word.trim_matches(|c: char| !c.is_alphabetic());
        let may = core.starts_with(|c: char| {
            !c.is_ascii() || matches!(c.to_ascii_lowercase(), 'm' | 'w' | 's' | 'g' | 'e' | 'n' | 'b' | 'k' | 'q' | 'z' | 'c')
        });
        may && core.len() >= 4 && VERBS.iter().any(|verb| core.to_lowercase().contains(last_word(verb)))
    })
}

fn last_word(verb: &str) -> &str {
    let core = verb.strip_suffix("(a)").or_else(|| verb.strip_suffix("(а)")).unwrap_or(verb);
    core.strip_suffix(" von").or_else(|| core.strip_prefix("a ")).or_else(|| core.strip_prefix("ha ")).unwrap_or(core)
}

/// A year and a time of day stand in the line.
pub(super) fn is_dated(line: &str) -> bool {
    let numbers: Vec<&str> = line.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
    numbers.iter().any(|part| part.len() == 4 && (part.starts_with("20") || part.starts_with("19"))) && numbers.len() >= 3
}

/// Whether a joined text is a whole attribution; then whether quoted text follows on its last line.
pub(super) fn ends_attribution(joined: &str) -> Option<bool> {
    let text = joined.trim().to_lowercase();
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let (at, verb) = VERBS.iter().filter_map(|verb| find_word(&text, verb).map(|at| (at, *verb))).min_by_key(|(at, _)| *at)?;
    if digits < 3 && !text.contains('@') {
        return None;
    }
    let after = text.get(at + verb.len()..).unwrap_or_default();
    let rest = after.trim_start_matches([' ', ')', '\u{a0}']);
    // The verb stands at the end: "... menulis:".
    if let Some(tail) = rest.strip_prefix([':', '：']) {
        return Some(!tail.trim().is_empty());
    }
    if rest.trim_matches(['-', ' ', '.', '>']).is_empty() {
        return (rest.contains('-') || text.contains('@')).then_some(false);
    }
    // The verb stands in the middle: "Am 3.2.2016 schrieb Max <m@x>:".
    let whole = after.trim_end();
    (whole.ends_with([':', '：']) && verb != "sent" && (whole.contains('@') || digits >= 5) && whole.len() < 200).then_some(false)
}

/// A date and an address in front of a quote, without a verb.
pub(super) fn is_bare_attribution(line: &str) -> bool {
    line.contains('@')
        && line.contains('<')
        && line.trim_end().ends_with(['>', ':'])
        && line.bytes().filter(u8::is_ascii_digit).count() >= 4
        && line.chars().count() < 160
}

fn find_word(text: &str, word: &str) -> Option<usize> {
    text.match_indices(word).map(|(at, _)| at).find(|at| {
        let before = text.get(..*at).and_then(|head| head.chars().next_back());
        let after = text.get(at + word.len()..).and_then(|tail| tail.chars().next());
        let cjk = word.chars().any(|c| c > '\u{2e80}');
        cjk || (before.is_none_or(|c| !c.is_alphanumeric()) && after.is_none_or(|c| !c.is_alphanumeric()))
    })
}
