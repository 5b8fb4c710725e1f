//! Name-and-post lines at the end of a reply that no delimiter announces.
//!
//! They are cut only where something shows beyond doubt that they are a signature (an employee number, academic titles,
//! a telephone, a name above a post), because "Hadiri" above "Kabag Umum" is an order and must stay.

use super::Part;
use super::lines::{Class, Line};

const MOST_LINES: usize = 10;
const POSTS: &[&str] = &[
    "kepala",
    "sekretaris",
    "camat",
    "lurah",
    "asisten",
    "inspektur",
    "wali",
    "walikota",
    "plt",
    "plh",
    "pj",
    "kadis",
    "kabid",
    "kabag",
    "kasi",
    "kasubag",
    "kasubbag",
    "kaban",
    "sekdis",
    "sekban",
    "sekcam",
    "sekda",
    "direktur",
    "staf",
    "bidang",
    "dinas",
    "badan",
    "bagian",
    "kecamatan",
    "kelurahan",
    "pemerintah",
    "kota",
    "kabupaten",
    "pemkot",
    "seksi",
    "upt",
    "uptd",
];
const DEGREES: &[&str] = &[
    ", s.", ", m.", ", a.md", ", se", ", sh", ", st", ", mt", ", mm", ", ph.d", "drs. ", "dra. ", "ir. ", "dr. ", "drg. ",
    "hj. ", "rd. ", ", s.t", ", ak",
];
const CONTACTS: &[&str] = &[
    "telp", "tlp", "hp ", "hp.", "hp:", "wa ", "wa:", "wa.", "ext", "email:", "surel:", "fax", "jl. ", "jalan ", "www.", "http",
];
const RANKS: &[&str] = &["pembina", "penata", "pengatur", "juru"];
const SIGN_OFFS: &[&str] = &[
    "terima kasih",
    "terimakasih",
    "trims",
    "makasih",
    "wassalam",
    "hormat",
    "salam",
    "demikian",
    "hatur nuhun",
    "nuhun",
    "matur nuwun",
    "suwun",
    "thanks",
    "regards",
    "best regards",
    "a.n.",
    "an.",
];

/// Moves a signature without delimiter at the end of the last written block from the reply to the signature.
pub(super) fn cut_names(lines: &[Line<'_>], parts: &mut [Part]) {
    let Some(last) = (0..lines.len()).rev().find(|at| is_written(lines, parts, *at)) else { return };
    let mut start = last + 1;
    let mut strong = false;
    let mut taken = 0;
    let mut shown: Vec<&str> = Vec::new();
    for at in (0..=last).rev() {
        let Some(line) = lines.get(at) else { break };
        if parts.get(at) != Some(&Part::Reply) || taken == MOST_LINES {
            break;
        }
        if line.class == Class::Blank {
            continue;
        }
        if !is_like_signature(line.shown) {
            break;
        }
        strong |= is_proof(line.shown);
        shown.push(line.shown);
        taken += 1;
        start = at;
    }
    strong |= shown
        .windows(2)
        .any(|pair| pair.first().is_some_and(|post| is_post(post)) && pair.get(1).is_some_and(|name| is_name(name)));
    let apart = start
        .checked_sub(1)
        .and_then(|before| lines.get(before))
        .is_some_and(|line| line.class == Class::Blank || is_sign_off(line.shown));
    // "-Abhishek Kona" in a paragraph of its own signs; "-Kabid Aptika" is a point of a list.
    strong |= taken == 1 && shown.first().and_then(|line| line.strip_prefix(['-', '–', '~'])).is_some_and(is_name);
    let proven = shown.iter().any(|line| is_number(line));
    if taken > 0 && strong && (apart || proven) && (0..start).any(|at| is_written(lines, parts, at)) {
        for part in parts.iter_mut().take(last + 1).skip(start).filter(|part| **part == Part::Reply) {
            *part = Part::Signature;
        }
    }
}

fn is_written(lines: &[Line<'_>], parts: &[Part], at: usize) -> bool {
    parts.get(at) == Some(&Part::Reply) && lines.get(at).is_some_and(|line| line.class != Class::Blank)
}

fn is_sign_off(line: &str) -> bool {
    let lower = line.to_lowercase();
    line.chars().count() < 40 && SIGN_OFFS.iter().any(|mark| lower.starts_with(mark))
}

fn is_number(line: &str) -> bool {
    let lower = line.to_lowercase();
    let digits = line.bytes().filter(u8::is_ascii_digit).count();
    lower.starts_with("nip") && digits >= 8 || (18..=20).contains(&digits)
}

fn has_degree(line: &str) -> bool {
    let lower = line.to_lowercase();
    DEGREES.iter().any(|mark| lower.contains(mark) && (mark.starts_with(',') || lower.starts_with(mark)))
        && line.split_whitespace().count() <= 9
}

fn is_contact(line: &str) -> bool {
    let lower = line.to_lowercase();
    let digits = line.bytes().filter(u8::is_ascii_digit).count();
    CONTACTS.iter().any(|mark| lower.starts_with(mark))
        || (lower.contains('@') && !lower.contains(' '))
        || (digits >= 8 && lower.starts_with(['0', '+', '(']))
}

/// What only a signature has.
fn is_proof(line: &str) -> bool {
    is_number(line)
        || (has_degree(line) && !line.ends_with(['.', '?', '!']) || has_degree(line) && is_name(line))
        || is_contact(line)
}

/// A person's name: two to six words, each with a capital, none of them a post.
fn is_name(line: &str) -> bool {
    let core = line.split(',').next().unwrap_or_default().trim_matches(['(', ')', ' ', '*', '.']);
    let lower_titles = ["dr.", "drg.", "dr", "drg"];
    let words: Vec<&str> = core.split_whitespace().filter(|word| !lower_titles.contains(word)).collect();
    (2..=6).contains(&words.len())
        && words
            .iter()
            .all(|word| word.chars().next().is_some_and(char::is_uppercase) && !word.bytes().any(|b| b.is_ascii_digit()))
        && !words.iter().any(|word| POSTS.contains(&word.trim_matches(['.', ',']).to_lowercase().as_str()))
        && !core.contains([':', ';', '&', '/'])
}

fn is_post(line: &str) -> bool {
    let first = line.split_whitespace().next().unwrap_or_default().trim_matches(['.', ',', '*', '(']).to_lowercase();
    POSTS.contains(&first.as_str()) && line.split_whitespace().count() <= 12 && !line.contains([':', ';', '?', '!'])
}

fn is_like_signature(line: &str) -> bool {
    let lower = line.to_lowercase();
    let rank = RANKS.iter().any(|rank| lower.starts_with(rank));
    is_proof(line) || is_name(line.trim_start_matches(['-', '–', '~'])) || is_post(line) || rank || lower.starts_with("nip")
}
