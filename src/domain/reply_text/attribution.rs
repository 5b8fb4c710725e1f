//! `Pada <tanggal> <nama> menulis:` in the languages of the corpora: what a line shows of it.

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
