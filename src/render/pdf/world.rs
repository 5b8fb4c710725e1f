//! The world of the setter: a fixed table of files in memory. No disk, no network, no packages, no clock.
//!
//! File names are fixed and interned once: names are kept for ever by the setter, and there are only 65,535 of them.

use std::sync::LazyLock;
use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};

const FONT_FILES: [&[u8]; 4] = [
    include_bytes!("../../../templates/print/fonts/LiberationSans-Regular.ttf"),
    include_bytes!("../../../templates/print/fonts/LiberationSans-Bold.ttf"),
    include_bytes!("../../../templates/print/fonts/LiberationSans-Italic.ttf"),
    include_bytes!("../../../templates/print/fonts/LiberationSans-BoldItalic.ttf"),
];

/// The city's fonts: Liberation Sans (SIL OFL 1.1), metrics of the Arial that the rules of naskah dinas ask for.
pub static FONTS: LazyLock<Vec<Font>> =
    LazyLock::new(|| FONT_FILES.iter().flat_map(|data| Font::iter(Bytes::new(*data))).collect());
static BOOK: LazyLock<LazyHash<FontBook>> = LazyLock::new(|| LazyHash::new(FontBook::from_fonts(FONTS.iter())));
static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| LazyHash::new(Library::default()));
static IDS: LazyLock<Option<[FileId; 3]>> = LazyLock::new(|| {
    let id = |name: &str| VirtualPath::new(name).ok().map(|path| RootedPath::new(VirtualRoot::Project, path).intern());
    Some([id("/form.typ")?, id("/data.json")?, id("/qr.svg")?])
});

/// One form, its data, its QR code.
pub struct FormWorld {
    ids: [FileId; 3],
    form: Source,
    data: Bytes,
    qr: Option<Bytes>,
}

impl FormWorld {
    /// A world; `None` only if the fixed names could not be interned.
    pub fn new(form: &str, data: Vec<u8>, qr: Option<String>) -> Option<Self> {
        let ids = (*IDS)?;
        let form = Source::new(ids[0], form.to_owned());
        Some(Self { ids, form, data: Bytes::new(data), qr: qr.map(Bytes::from_string) })
    }
}

impl World for FormWorld {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &BOOK
    }

    fn main(&self) -> FileId {
        self.ids[0]
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.ids[0] { Ok(self.form.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        match &self.qr {
            _ if id == self.ids[1] => Ok(self.data.clone()),
            Some(qr) if id == self.ids[2] => Ok(qr.clone()),
            _ => Err(FileError::AccessDenied),
        }
    }

    fn font(&self, index: usize) -> Option<Font> {
        FONTS.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}
