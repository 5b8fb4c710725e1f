//! Short answers that kurir's own messages offer: "Ya", "1", "Tarik", "Terima", "Ralat: ...".
//!
//! They count only when they are the whole reply, or begin it in the form that was offered.

use super::due::{Dates, Due};
use super::lexer::{Kind, Token};
use super::reading::{Intent, Order, Reading};
use super::spelling::Voice;

/// Words that change nothing: politeness, titles, thanks.
const POLITE: &[&str] = &[
    "bapak",
    "ibu",
    "mohon",
    "tolong",
    "terimakasih",
    "saja",
    "dulu",
    "mas",
    "mbak",
    "nggih",
    "baik",
    "oke",
    "ok",
    "yth",
    "kurir",
    "admin",
    "min",
    "ya",
    "saya",
    "harap",
];

/// A reply that is a command, else `None`.
pub(super) fn read(text: &str, tokens: &[Token], dates: &Dates<'_>) -> Option<Reading> {
    if let (Ok(figure @ 1..=9), true) = (text.trim().trim_end_matches(['.', ')', ' ']).parse::<u8>(), text.trim().len() <= 3) {
        return Some(Reading { chosen: Some(figure), ..Reading::of(Intent::Choose) });
    }
    let words: Vec<&Token> =
        tokens.iter().filter(|token| matches!(token.kind, Kind::Word | Kind::Number(_) | Kind::Numeric)).collect();
    let first = words.first()?;
    let core: Vec<&str> = words.iter().map(|token| token.word.as_str()).filter(|word| !POLITE.contains(word)).collect();
    let all: Vec<&str> = words.iter().map(|token| token.word.as_str()).collect();
    whole(&all, &core, first)
        .map(Reading::of)
        .or_else(|| opening(text, tokens, &core, first))
        .or_else(|| only_due(tokens, dates).map(|due| Reading::of(Intent::SetDue).ordering(Order { due, ..Order::default() })))
}

fn whole(all: &[&str], core: &[&str], first: &Token) -> Option<Intent> {
    let plain = first.voice == Voice::Plain;
    let asked = all.last() == Some(&"tidak");
    Some(match core {
        [] if all == ["ya"] || all == ["ya", "saya"] => Intent::Confirm,
        ["betul" | "benar" | "iya"] | ["dari"] if !asked => Intent::Confirm,
        ["catat"] | ["ini", "dari"] | ["betul" | "benar", "dari"] | ["kirim"] | ["kirim", "surat"]
            if all.first() == Some(&"ya") =>
        {
            Intent::Confirm
        }
        ["betul" | "benar", _] if all.first() == Some(&"ya") => Intent::Confirm,
        ["bukan"] if all.contains(&"saya") => Intent::Disown,
        ["bukan", "dari"] | ["itu", "bukan"] | ["itu", "bukan", "dari"] | ["tidak", "bukan"] | ["bukan", "yang", ..]
            if all.contains(&"saya") =>
        {
            Intent::Disown
        }
        ["terima"] if plain && all.len() <= 2 && all.first() == Some(&"terima") => Intent::AcceptReport,
        ["terima", "laporan"] | ["laporan", "terima"] | ["laporan", "sudah", "terima"] => Intent::AcceptReport,
        ["tarik" | "batalkan"]
        | ["tarik", "kembali"]
        | ["tarik" | "batalkan", "disposisi" | "surat" | "penerusan" | "disposisinya" | "suratnya"]
        | ["tarik", "kembali", "disposisi" | "surat"] => Intent::Recall,
        ["ingatkan"] | ["ingatkan", "lagi" | "kembali" | "segera"] => Intent::Remind,
        ["selesai"] | ["nyatakan", "selesai"] | ["tutup"] | ["tutup", "saja" | "disposisi" | "surat"] => Intent::Close,
        ["tetap"] | ["tetap", "dilanjutkan" | "lanjutkan" | "laksanakan" | "sesuai"] | ["tetap", "sesuai", "disposisi"] => {
            Intent::Keep
        }
        ["sudah", "terima"] => Intent::Acknowledge,
        _ => return None,
    })
}

/// What begins with its command and goes on.
fn opening(text: &str, tokens: &[Token], core: &[&str], first: &Token) -> Option<Reading> {
    let colon = tokens.iter().take(3).find(|token| token.kind == Kind::Colon);
    let rest = |from: &Token| text.get(from.range.end..).unwrap_or_default();
    match core.first() {
        Some(&"lengkapi") if colon.is_some() || first.word == "lengkapi" || core.len() <= 12 => {
            let from = colon.or_else(|| tokens.iter().find(|token| token.word == "lengkapi"))?;
            Some(Reading::of(Intent::SendBackReport).noting(rest(from).trim_start_matches([',', ' ', ':'])))
        }
        Some(&"tarik" | &"batalkan")
            if core.len() <= 10 && matches!(first.word.as_str(), "tarik" | "batalkan") && first.voice == Voice::Plain =>
        {
            Some(Reading::of(Intent::Recall).noting(rest(first).trim_start_matches([',', ' ', '.'])))
        }
        _ => None,
    }
}

/// A date and nothing more: "Batas waktu Jumat", "Tanpa batas waktu".
fn only_due(tokens: &[Token], dates: &Dates<'_>) -> Option<Due> {
    const LEAD: &[&str] =
        &["batas", "waktu", "menjadi", "paling", "lambat", "sampai", "ubah", "jadi", "mohon", "perpanjang", "dengan", "ke"];
    let rest: Vec<Token> = tokens.iter().filter(|token| token.kind != Kind::Colon).cloned().collect();
    if let Some(found) = dates.read(&rest) {
        return finished(&rest, 0, found.tokens).then_some(found.due.ok()).flatten();
    }
    let lead = rest.iter().take_while(|token| token.is_any(LEAD)).count();
    let found = dates.read(rest.get(lead..)?)?;
    (lead > 0 && finished(&rest, lead, found.tokens)).then_some(found.due.ok()).flatten()
}

fn finished(tokens: &[Token], lead: usize, used: usize) -> bool {
    tokens
        .iter()
        .skip(lead + used)
        .all(|token| matches!(token.kind, Kind::Stop | Kind::Newline | Kind::Mark) || token.is_any(POLITE))
}
