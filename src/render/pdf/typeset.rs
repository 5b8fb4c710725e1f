//! Setting one job, inside the child.

use super::cover::CoverSheet;
use super::glyphs;
use super::job::{Form, Job, Printed};
use super::sheet;
use super::world::{FONTS, FormWorld};
use crate::domain::letter::Urgency;
use crate::render::filters;
use crate::render::labels::Labels;
use crate::render::moment::Moment;
use jiff::tz::TimeZone;
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};
use serde_json::{Value, json};
use typst::diag::SourceDiagnostic;
use typst::foundations::{Datetime, Smart};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

const COVER: &str = include_str!("../../../templates/print/cover.typ");
const ACT: &str = include_str!("../../../templates/print/act.typ");
/// How many jobs old memoised results may get. Without this the child grows by a megabyte a job.
const MEMORY_OF_JOBS: usize = 10;

/// Sets a job. The reason of a failure names places in the form, never words of the letter.
pub fn typeset(job: &Job, labels: &Labels) -> Result<Printed, String> {
    let (form, mut data, qr) = match &job.form {
        Form::Cover(sheet) => {
            (COVER, cover_data(sheet, labels), sheet.check.as_ref().map(|check| qr_svg(&check.url)).transpose()?)
        }
        Form::Act(sheet) => (ACT, sheet::data(sheet, labels)?, None),
    };
    let replaced = glyphs::clean(&mut data, &FONTS);
    let bytes = serde_json::to_vec(&data).map_err(|fault| fault.to_string())?;
    let world = FormWorld::new(form, bytes, qr).ok_or("file names could not be interned")?;
    let pdf = print(&world, job);
    typst::comemo::evict(MEMORY_OF_JOBS);
    Ok(Printed { pdf: pdf?, replaced })
}

fn print(world: &FormWorld, job: &Job) -> Result<Vec<u8>, String> {
    let document: PagedDocument = typst::compile(world).output.map_err(|faults| told(&faults))?;
    let options = PdfOptions {
        ident: Smart::Custom(job.ident.clone()),
        creator: Smart::Custom(Some("kurir".to_owned())),
        timestamp: created(job),
        standards: PdfStandards::new(&[PdfStandard::A_2b]).map_err(|fault| fault.message().to_string())?,
        // Tags help those who listen to a document; this one is only ever paper.
        tagged: false,
        ..PdfOptions::default()
    };
    typst_pdf::pdf(&document, &options).map_err(|faults| told(&faults))
}

/// The setter's messages. They speak of the form and of fonts; quoted text is left out since it may be a value.
fn told(faults: &[SourceDiagnostic]) -> String {
    let reasons: Vec<String> = faults.iter().map(|one| one.message.split(['"', '`']).step_by(2).collect::<String>()).collect();
    reasons.join("; ")
}

fn created(job: &Job) -> Option<Timestamp> {
    let at = TimeZone::UTC.to_datetime(job.created);
    let year = i32::from(at.year());
    let number = |n: i8| u8::try_from(n).ok();
    Datetime::from_ymd_hms(
        year,
        number(at.month())?,
        number(at.day())?,
        number(at.hour())?,
        number(at.minute())?,
        number(at.second())?,
    )
    .map(Timestamp::new_utc)
}

fn qr_svg(url: &str) -> Result<String, String> {
    let code = QrCode::with_error_correction_level(url, EcLevel::M).map_err(|fault| fault.to_string())?;
    Ok(code.render::<svg::Color<'_>>().min_dimensions(200, 200).quiet_zone(true).build())
}

/// The values of the form: codes as Indonesian labels, dates as words. Hal is not among them for closed classes.
fn cover_data(sheet: &CoverSheet, labels: &Labels) -> Value {
    let label = |group: &str, code: &str| labels.find(group, code).unwrap_or_default().to_owned();
    let closed = sheet.class.is_closed();
    let reason = filters::lower_first(&label("print_reason", sheet.reason.as_str()));
    json!({
        "letterhead": sheet.letterhead,
        "recipient": sheet.recipient,
        "recipient_line": sheet.recipient_line,
        "letter_number": sheet.letter_number,
        "letter_date": day(labels, &sheet.letter_date),
        "sender": sheet.sender,
        "subject": if closed { String::new() } else { crate::render::fit::cut(&sheet.subject, 300, "...") },
        "urgent": sheet.urgency != Urgency::Normal,
        "urgency": label("urgency", sheet.urgency.as_str()),
        "class": label("class", sheet.class.as_str()),
        "class_mark": label("class_mark", sheet.class.as_str()),
        "red": closed,
        "pages": counted(labels, sheet.pages, "pages"),
        "attachments": if sheet.attachments == 0 { String::new() } else { counted(labels, sheet.attachments, "files") },
        "reason": reason,
        "sheet_number": sheet.sheet_number.to_string(),
        "copy": sheet.copy.map(|(copy, of)| json!([copy.to_string(), of.to_string()])),
        "route": sheet.route,
        "agenda_number": sheet.agenda_number,
        "desk": sheet.desk,
        "check": sheet.check.as_ref().map(|check| json!({"host": check.host, "code": check.code})),
    })
}

fn day(labels: &Labels, at: &Moment) -> String {
    filters::plain_date(labels, at)
}

/// "3 (tiga) berkas"; without the word where the table has none.
fn counted(labels: &Labels, count: u32, unit: &str) -> String {
    let unit = labels.find("unit", unit).unwrap_or_default();
    match labels.find("count", &count.to_string()) {
        Some(word) => format!("{count} ({word}) {unit}"),
        None => format!("{} {unit}", filters::thousands(u64::from(count))),
    }
}
