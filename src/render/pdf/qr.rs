//! A QR code as the strokes of a path: for a page, where a picture would be one more request.

use qrcode::{Color, EcLevel, QrCode};
use std::fmt::Write as _;

/// A square code; the quiet zone round it is left to the page.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct QrPath {
    /// Modules a side: the view box.
    pub side: usize,
    /// Path data, to be stroked with a width of 1.
    pub d: String,
}

/// The code of a text; `None` where it is too long for one.
pub fn qr_path(text: &str) -> Option<QrPath> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let (side, cells) = (code.width(), code.to_colors());
    let mut d = String::new();
    for (y, row) in cells.chunks(side).enumerate() {
        for run in runs(row) {
            // Writing into a string cannot fail.
            let _ = write!(d, "M{} {y}.5h{}", run.0, run.1);
        }
    }
    Some(QrPath { side, d })
}

/// Where dark modules begin in a row, and how many follow each other.
fn runs(row: &[Color]) -> Vec<(usize, usize)> {
    let mut found: Vec<(usize, usize)> = Vec::new();
    for (x, _) in row.iter().enumerate().filter(|(_, cell)| **cell == Color::Dark) {
        match found.last_mut() {
            Some((start, length)) if *start + *length == x => *length += 1,
            _ => found.push((x, 1)),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_strokes_are_the_dark_modules() {
        let text = "https://surat.sukamaju.example/periksa/K7M4Q2KD9X";
        let path = qr_path(text).unwrap();
        assert!(path.d.starts_with("M0 0.5h7"), "the finder pattern: {}", path.d);
        let strokes: usize = path.d.split('h').skip(1).map(|run| run.split('M').next().unwrap().parse::<usize>().unwrap()).sum();
        let code = QrCode::with_error_correction_level(text, EcLevel::M).unwrap();
        assert_eq!(strokes, code.to_colors().iter().filter(|cell| **cell == Color::Dark).count());
        assert_eq!(path.side, code.width());
        assert!(qr_path(&"x".repeat(5_000)).is_none());
    }
}
