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
    "harap",
    "segera",
];

/// Whole replies without polite words, as folded by the lexer, separated by semicolons.
const WHOLE: &[(Intent, &str)] = &[
    (
        Intent::Confirm,
        "ya; iya; ya saya; betul; benar; ya betul; ya benar; iya betul; iya benar; ya catat; ini dari saya; ya ini dari saya; dari saya; \
         ya dari saya; betul dari saya; benar dari saya; ya betul dari saya; ya benar dari saya; ya kirim; ya kirim surat; ya itu saya",
    ),
    (
        Intent::Disown,
        "bukan saya; bukan dari saya; itu bukan saya; ini bukan saya; itu bukan dari saya; ini bukan dari saya; tidak bukan saya; \
         bukan saya yang kirim; bukan saya yang mengirim; saya tidak kirim; saya tidak mengirim",
    ),
    (
        Intent::AcceptReport,
        "terima; terima laporan; laporan terima; laporan sudah terima; laporan saya terima; saya terima laporan; laporan sudah saya terima",
    ),
    (
        Intent::Recall,
        "tarik; batalkan; tarik kembali; tarik disposisi; tarik surat; batalkan disposisi; tarik kembali disposisi; tarik kembali surat; \
         tarik disposisinya; batalkan disposisinya; tarik ya",
    ),
    (Intent::Remind, "ingatkan; ingatkan lagi; ingatkan kembali; ingatkan ya"),
    (Intent::Close, "selesai; nyatakan selesai; tutup; tutup disposisi; tutup surat; selesai ya"),
    (Intent::Keep, "tetap; tetap lanjutkan; tetap laksanakan; tetap sesuai disposisi; tetap ya; tetap seperti semula"),
    (Intent::Acknowledge, "sudah terima; sudah saya terima; sudah kami terima; surat sudah saya terima; surat sudah kami terima"),
];

/// A reply that is a command, else `None`.
pub(super) fn read(text: &str, tokens: &[Token], dates: &Dates<'_>) -> Option<Reading> {
    if let Some(figure) = figure(text.trim()) {
        return Some(Reading { chosen: Some(figure), ..Reading::of(Intent::Choose) });
    }
    let words: Vec<&Token> =
        tokens.iter().filter(|token| matches!(token.kind, Kind::Word | Kind::Number(_) | Kind::Numeric)).collect();
    let core: Vec<&str> = words.iter().map(|token| token.word.as_str()).filter(|word| !POLITE.contains(word)).collect();
    let is_question = tokens.iter().any(|token| token.kind == Kind::Question);
    let whole = if is_question { None } else { whole(&core, words.first()?) };
    whole
        .map(Reading::of)
        .or_else(|| opening(text, tokens, &core, words.first()?))
        .or_else(|| only_due(tokens, dates).map(|due| Reading::of(Intent::SetDue).ordering(Order { due, ..Order::default() })))
}

/// "2", "2.", "2)".
fn figure(text: &str) -> Option<u8> {
    let figure = text.trim_end_matches(['.', ')']).parse().ok()?;
    (text.len() <= 2 && (1..=9).contains(&figure)).then_some(figure)
}

fn whole(core: &[&str], first: &Token) -> Option<Intent> {
    const LONGEST: usize = 6;
    if core.len() > LONGEST {
        return None;
    }
    let said = core.join(" ");
    let (intent, _) = WHOLE.iter().find(|(_, replies)| replies.split("; ").any(|reply| reply == said))?;
    // "Diterima" is a courtesy, "Terima" closes.
    let courtesy = said == "terima" && first.voice != Voice::Plain;
    (!courtesy).then_some(*intent)
}

/// What begins with its command and goes on.
fn opening(text: &str, tokens: &[Token], core: &[&str], first: &Token) -> Option<Reading> {
    let colon = tokens.iter().take(3).find(|token| token.kind == Kind::Colon);
    let rest = |from: &Token| text.get(from.range.end..).unwrap_or_default();
    match core.first() {
        Some(&"tetap")
            if core.len() <= 6 && core.get(1).is_some_and(|word| ["di", "ke", "kepada", "untuk", "pada"].contains(word)) =>
        {
            Some(Reading::of(Intent::Keep).noting(rest(first)))
        }
        Some(&"lengkapi") if colon.is_some() || first.word == "lengkapi" => {
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
