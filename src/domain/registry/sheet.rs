//! A CSV file (RFC 4180) as rows of named cells.
//!
//! In come bytes, with or without a byte order mark, with CRLF or LF. Out come rows whose width fits the header, and every
//! fault of form. A row that cannot be split is put aside and hides none of the others. What the cells mean is not looked at here.

use super::fault::{FaultKind, ImportFault};
use super::quotes::Pieces;
use std::borrow::Cow;
use std::collections::HashMap;

/// The columns of a file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Columns {
    /// Those that must be there.
    pub required: &'static [&'static str],
    /// Those that may be there.
    pub optional: &'static [&'static str],
}

/// A file of the registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistryFile {
    /// Its name, for the faults.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// True where there is no such file although there must be.
    pub absent: bool,
}

impl RegistryFile {
    /// A file of that name and content.
    pub fn new(name: &str, bytes: impl Into<Vec<u8>>) -> Self {
        Self { name: name.to_owned(), bytes: bytes.into(), absent: false }
    }

    /// A file that is not there.
    pub fn absent(name: &str) -> Self {
        Self { name: name.to_owned(), bytes: Vec::new(), absent: true }
    }
}

/// A file, split.
#[derive(Debug)]
pub(super) struct Sheet {
    /// Its name.
    pub file: String,
    /// True where the header has faults.
    broken: bool,
    columns: Columns,
    places: HashMap<&'static str, usize>,
    width: usize,
    rows: Vec<Split>,
}

/// A row as it stands in the file.
#[derive(Debug)]
struct Split {
    at: u64,
    cells: csv::StringRecord,
    /// Its cells are a guess: nothing but its key is taken from it.
    damaged: bool,
}

/// A row.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row<'s> {
    sheet: &'s Sheet,
    /// Its first line.
    pub line: u64,
    /// Whether its cells are a guess.
    pub damaged: bool,
    cells: &'s csv::StringRecord,
}

/// A cell with its place, so that a fault can name it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cell<'s> {
    file: &'s str,
    line: u64,
    column: &'static str,
    /// The file lacks the column although it must be there: that is told once, and nothing is said of its cells.
    pub absent: bool,
    /// Its text without outer blanks.
    pub text: &'s str,
}

impl Sheet {
    /// Splits a file. Faults of form are added to `faults`; a file without header gives a broken sheet without rows.
    pub fn read(file: &RegistryFile, columns: Columns, faults: &mut Vec<ImportFault>) -> Self {
        let (places, rows) = (HashMap::new(), Vec::new());
        let mut sheet = Self { file: file.name.clone(), broken: true, columns, places, width: 0, rows };
        if file.absent {
            faults.push(sheet.fault(0, FaultKind::FileMissing));
            return sheet;
        }
        let bytes = file.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&file.bytes);
        let text = String::from_utf8_lossy(bytes);
        let pieces = Pieces::of(&text);
        faults.extend(pieces.damaged.iter().map(|one| sheet.fault(one.line, one.kind.clone())));
        let mut lines = split(&pieces);
        if matches!(text, Cow::Owned(_)) {
            for row in lines.iter_mut().filter(|row| row.cells.iter().any(|cell| cell.contains(char::REPLACEMENT_CHARACTER))) {
                row.damaged = true;
                faults.push(sheet.fault(row.at, FaultKind::NotUtf8));
            }
        }
        if lines.is_empty() {
            faults.push(sheet.fault(1, FaultKind::Empty));
            return sheet;
        }
        let header = lines.remove(0);
        if header.damaged || !sheet.head(&header.cells, faults) {
            return sheet;
        }
        sheet.fill(lines, faults);
        sheet
    }

    /// Reads the header; false where the rows cannot be read by it.
    fn head(&mut self, header: &csv::StringRecord, faults: &mut Vec<ImportFault>) -> bool {
        let (before, columns) = (faults.len(), self.columns);
        if header.len() == 1 && header.iter().any(|cell| cell.contains([';', '\t'])) {
            faults.push(self.fault(1, FaultKind::WrongDelimiter));
            return false;
        }
        let known: Vec<&'static str> = columns.required.iter().chain(columns.optional).copied().collect();
        for (at, name) in header.iter().map(str::trim).enumerate() {
            match known.iter().find(|column| **column == name) {
                Some(column) if self.places.insert(column, at).is_some() => {
                    faults.push(self.fault(1, FaultKind::ColumnTwice { name: name.to_owned() }));
                }
                Some(_) => {}
                None => {
                    faults.push(self.fault(1, FaultKind::ColumnUnknown { given: name.to_owned(), expected: known.clone() }));
                }
            }
        }
        for column in columns.required.iter().filter(|column| !self.places.contains_key(*column)) {
            faults.push(self.fault(1, FaultKind::ColumnMissing { name: (*column).to_owned() }));
        }
        self.width = header.len();
        self.broken = faults.len() > before;
        true
    }

    /// Takes the rows. Where the header is broken their widths say nothing.
    fn fill(&mut self, lines: Vec<Split>, faults: &mut Vec<ImportFault>) {
        let odd = lines.iter().filter(|row| !self.broken && !row.damaged && row.cells.len() != self.width);
        faults.extend(odd.map(|row| self.fault(row.at, FaultKind::Ragged { expected: self.width, found: row.cells.len() })));
        self.rows = lines;
    }

    fn fault(&self, line: u64, kind: FaultKind) -> ImportFault {
        ImportFault { file: self.file.clone(), line, column: None, kind }
    }

    /// Whether nothing of it could be read.
    pub const fn is_unread(&self) -> bool {
        self.width == 0
    }

    /// Whether the file has a column.
    pub fn has(&self, column: &str) -> bool {
        self.places.contains_key(column)
    }

    /// Every row, those that cannot be read too: their keys count as known.
    pub fn all_rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|row| Row { sheet: self, line: row.at, damaged: row.damaged, cells: &row.cells })
    }

    /// The rows that can be read.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.all_rows().filter(|row| !row.damaged && row.cells.len() == self.width)
    }
}

/// The rows of a text in the order of their lines; what is damaged is cut at its commas, so that its key may be found.
fn split(pieces: &Pieces<'_>) -> Vec<Split> {
    let mut rows = Vec::new();
    for (first, text) in &pieces.sound {
        let mut lines = Lines::new(text, *first);
        let mut reader = csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(text.as_bytes());
        for cells in reader.records().filter_map(Result::ok) {
            let at = cells.position().map_or(0, |position| lines.line_at(position.byte()));
            rows.push(Split { at, cells, damaged: false });
        }
    }
    for one in &pieces.damaged {
        let first = one.text.lines().next().unwrap_or_default();
        let cells = first.split(',').map(|cell| cell.trim().trim_matches('"')).collect();
        rows.push(Split { at: one.line, cells, damaged: true });
    }
    rows.sort_by_key(|row| row.at);
    rows
}

/// Counts lines up to growing positions. The reader's own count is not taken: after CRLF it is one too low, because the LF
/// is left to the next record.
struct Lines<'t> {
    rest: std::iter::Enumerate<std::str::Bytes<'t>>,
    line: u64,
}

impl<'t> Lines<'t> {
    fn new(text: &'t str, line: u64) -> Self {
        Self { rest: text.bytes().enumerate(), line }
    }

    /// The line of the first character at or behind a position that is no line end.
    fn line_at(&mut self, position: u64) -> u64 {
        for (at, byte) in self.rest.by_ref() {
            if at as u64 >= position && !matches!(byte, b'\r' | b'\n') {
                break;
            }
            self.line += u64::from(byte == b'\n');
        }
        self.line
    }
}

impl<'s> Row<'s> {
    /// The cell of a column; one that may be absent is empty where it is.
    pub fn cell(&self, column: &'static str) -> Cell<'s> {
        let text = self.sheet.places.get(column).and_then(|at| self.cells.get(*at)).unwrap_or_default().trim();
        let absent = !self.sheet.has(column) && self.sheet.columns.required.contains(&column);
        Cell { file: &self.sheet.file, line: self.line, column, absent, text }
    }
}

impl Cell<'_> {
    /// A fault at this place.
    pub fn fault(&self, kind: FaultKind) -> ImportFault {
        ImportFault { file: self.file.to_owned(), line: self.line, column: Some(self.column.to_owned()), kind }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: Columns = Columns { required: &["code", "name"], optional: &["note"] };

    fn read(bytes: &[u8]) -> (Vec<Vec<String>>, Vec<(u64, FaultKind)>) {
        let mut faults = Vec::new();
        let sheet = Sheet::read(&RegistryFile::new("a.csv", bytes), COLUMNS, &mut faults);
        let rows = sheet.rows().map(|row| COLUMNS.required.iter().map(|c| row.cell(c).text.to_owned()).collect()).collect();
        (rows, faults.into_iter().map(|fault| (fault.line, fault.kind)).collect())
    }

    #[test]
    fn byte_order_mark_and_both_line_ends_are_read_alike() {
        let (plain, faults) = read(b"code,name\nA,\"x, \"\"y\"\"\"\nB,z");
        assert_eq!((plain, faults), (vec![vec!["A".into(), "x, \"y\"".into()], vec!["B".into(), "z".into()]], vec![]));
        assert_eq!(read(b"\xef\xbb\xbfcode,name\r\nA,\"x, \"\"y\"\"\"\r\nB,z\r\n"), read(b"code,name\nA,\"x, \"\"y\"\"\"\nB,z"));
    }

    #[test]
    fn lines_are_counted_over_blank_ones_and_inside_of_cells() {
        for text in ["code,name\n\nA,\"x\ny\"\n\n\nB,C,D\n", "code,name\r\n\r\nA,\"x\r\ny\"\r\n\r\n\r\nB,C,D"] {
            assert_eq!(read(text.as_bytes()).1, vec![(7, FaultKind::Ragged { expected: 2, found: 3 })], "{text:?}");
        }
    }

    #[test]
    fn every_fault_of_the_header_is_told() {
        let (_, faults) = read(b"name,name,colour\nA,B,C");
        let kinds: Vec<FaultKind> = faults.into_iter().map(|(_, kind)| kind).collect();
        assert_eq!(kinds.len(), 3);
        assert!(kinds.contains(&FaultKind::ColumnMissing { name: "code".into() }));
        assert!(kinds.contains(&FaultKind::ColumnTwice { name: "name".into() }));
    }

    #[test]
    fn broken_text_is_named_by_its_line() {
        assert_eq!(read(b"code,name\nA,B\nC,\xff\n").1, vec![(3, FaultKind::NotUtf8)]);
        assert_eq!(read(b"").1, vec![(1, FaultKind::Empty)]);
        assert_eq!(read(b"code;name\nA;B\n").1, vec![(1, FaultKind::WrongDelimiter)]);
        assert_eq!(read(b"code,name\nA,B,C\nD\n").1.len(), 2);
        assert_eq!(read(b"code,name\nA,\"B\nC,D\n").1, vec![(2, FaultKind::QuoteOpen)]);
        assert_eq!(read(b"code,\"name\nA,B\n"), (vec![], vec![(1, FaultKind::QuoteOpen)]));
        assert_eq!(read(b"code,\xff\nA,B\n"), (vec![], vec![(1, FaultKind::NotUtf8)]));
    }

    #[test]
    fn what_cannot_be_split_hides_no_row() {
        let (rows, faults) = read(b"code,name\nA,\"B\nC,D\n\nE,\xff\nF,\"x\ny\"\nG,H,I\n");
        assert_eq!(rows, [["C", "D"], ["F", "x\ny"]]);
        let ragged = FaultKind::Ragged { expected: 2, found: 3 };
        assert_eq!(faults, [(2, FaultKind::QuoteOpen), (5, FaultKind::NotUtf8), (8, ragged)]);
    }
}
