//! The contrast of the stylesheet's own colours, light and dark, by the formula of WCAG 2: text 4.5, what is operated 3.

use std::collections::BTreeMap;

const SHEET: &str = include_str!("../../../static/kurir.css");

type Palette = BTreeMap<String, String>;

/// Text on ground, by the names of the stylesheet.
const TEXT: [(&str, &str); 34] = [
    ("ink", "page"),
    ("ink", "surface"),
    ("ink", "sunken"),
    ("ink", "accent-tint"),
    ("ink", "ok-tint"),
    ("ink", "warn-tint"),
    ("ink", "late-tint"),
    ("ink", "paper-tint"),
    ("soft", "page"),
    ("soft", "surface"),
    ("soft", "sunken"),
    ("soft", "accent-tint"),
    ("accent", "page"),
    ("accent", "surface"),
    ("accent", "sunken"),
    ("accent", "accent-tint"),
    ("accent-strong", "surface"),
    ("accent-strong", "accent-tint"),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("paper", "surface"),
    ("paper", "page"),
    ("paper", "paper-tint"),
    ("wire", "surface"),
    ("wire", "wire-tint"),
    ("ok", "surface"),
    ("ok", "page"),
    ("ok", "ok-tint"),
    ("warn", "surface"),
    ("warn", "warn-tint"),
    ("late", "surface"),
    ("late", "page"),
    ("late", "late-tint"),
    ("surface", "late"),
];

/// Borders of controls, the ring of the focus, bars of charts.
const GRAPHICS: [(&str, &str); 10] = [
    ("edge", "surface"),
    ("edge", "page"),
    ("focus", "surface"),
    ("focus", "page"),
    ("focus", "sunken"),
    ("bar-mail", "surface"),
    ("bar-wire", "surface"),
    ("bar-paper", "surface"),
    ("ok", "sunken"),
    ("late", "sunken"),
];

/// The variables of the first `:root` after a mark.
fn palette(mark: &str) -> Palette {
    let after = SHEET.split_once(mark).unwrap().1;
    let block = after.split_once(":root {").unwrap().1.split_once('}').unwrap().0;
    let pairs = block.split(';').filter_map(|line| line.split("--").nth(1)?.split_once(':'));
    pairs.map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned())).collect()
}

fn dark() -> Palette {
    let mut all = palette("/* --- tokens");
    all.extend(palette("@media (prefers-color-scheme: dark) {"));
    all
}

/// Red, green and blue of a colour: a name, `#rgb` or `#rrggbb`; nothing for what is neither.
fn rgb(colour: &str, palette: &Palette) -> Option<[f64; 3]> {
    let named = colour.strip_prefix("var(--").and_then(|rest| rest.strip_suffix(')'));
    let colour = named.map_or(Some(colour), |name| palette.get(name).map(String::as_str))?;
    let hex = colour.strip_prefix('#')?;
    let long: String = if hex.len() == 3 { hex.chars().flat_map(|c| [c, c]).collect() } else { hex.to_owned() };
    let part = |at: usize| u8::from_str_radix(long.get(at..at + 2)?, 16).ok().map(f64::from);
    Some([part(0)?, part(2)?, part(4)?])
}

fn luminance(colour: [f64; 3]) -> f64 {
    let [red, green, blue] = colour.map(|part| {
        let part = part / 255.0;
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    });
    0.2126f64.mul_add(red, 0.7152f64.mul_add(green, 0.0722 * blue))
}

fn contrast(one: [f64; 3], other: [f64; 3]) -> f64 {
    let (one, other) = (luminance(one) + 0.05, luminance(other) + 0.05);
    one.max(other) / one.min(other)
}

#[test]
fn the_formula_is_that_of_wcag() {
    let none = Palette::new();
    let of = |one: &str, other: &str| contrast(rgb(one, &none).unwrap(), rgb(other, &none).unwrap());
    assert!((of("#000", "#fff") - 21.0).abs() < 0.01);
    assert!((of("#767676", "#ffffff") - 4.54).abs() < 0.01);
    assert!((of("#4d566f", "#ffffff") - 7.3).abs() < 0.1, "as the reference of the looks has it");
}

#[test]
fn every_pair_of_the_tokens_is_readable_in_both_schemes() {
    let mut lowest = f64::MAX;
    for (scheme, palette) in [("light", palette("/* --- tokens")), ("dark", dark())] {
        for (pairs, least) in [(&TEXT[..], 4.5), (&GRAPHICS[..], 3.0)] {
            for (front, ground) in pairs {
                let colour = |name: &str| rgb(&palette[name], &palette).unwrap();
                let ratio = contrast(colour(front), colour(ground));
                assert!(ratio >= least, "{scheme}: {front} on {ground} is {ratio:.2}");
                lowest = if least > 4.0 { lowest.min(ratio) } else { lowest };
            }
        }
    }
    println!("lowest text contrast: {lowest:.2}");
}

/// The rules of a part of the sheet: selector and declarations.
fn rules(part: &str) -> Vec<(String, BTreeMap<String, String>)> {
    let block = regex::Regex::new(r"([^{}]+)\{([^{}]*)\}").unwrap();
    let declared = |text: &str| {
        text.split(';')
            .filter_map(|one| one.split_once(':'))
            .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
            .collect()
    };
    block.captures_iter(part).map(|found| (found[1].trim().to_owned(), declared(&found[2]))).collect()
}

#[test]
fn every_rule_that_sets_text_and_ground_sets_a_readable_pair() {
    let comments = regex::Regex::new(r"(?s)/\*.*?\*/").unwrap();
    let sheet = comments.replace_all(SHEET, "").into_owned();
    let screen = sheet.split("@media print").next().unwrap();
    let mut counted = 0;
    for (scheme, palette) in [("light", palette("/* --- tokens")), ("dark", dark())] {
        for (selector, declared) in rules(screen) {
            let ground = declared.get("background").or(declared.get("background-color"));
            let (Some(front), Some(ground)) = (declared.get("color"), ground) else { continue };
            let (Some(front), Some(ground)) = (rgb(front, &palette), rgb(ground, &palette)) else { continue };
            counted += 1;
            let ratio = contrast(front, ground);
            assert!(ratio >= 4.5, "{scheme}: {selector} is {ratio:.2}");
        }
    }
    assert!(counted > 30, "only {counted} rules were found");
}
