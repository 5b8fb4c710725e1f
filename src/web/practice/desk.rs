//! The print desk of the practice room: the oldest open job, and the steps of its paper, taken through `flow`.

use super::facts::titled;
use super::page::{failed, word};
use super::{Opened, Practice, PracticeError, Shown};
use crate::domain::delegation::Capacity;
use crate::domain::evidence::Fact;
use crate::domain::ids::DeliveryId;
use crate::domain::routing::Address;
use crate::flow::House;
use crate::flow::check_code;
use crate::flow::handover::{DeskAct, DeskEntry, DeskError, desk};
use crate::flow::house::CityView;
use crate::render::pdf::qr_path;
use crate::store::records::StoredDelivery;
use crate::store::{StoreError, Tx};
use crate::web::check::{office_of, state};
use axum::extract::{Form, Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use serde_json::{Value, json};

/// The job on top and how many lie in the queue.
pub(super) async fn shown(practice: &Practice, tx: &mut Tx, city: &CityView) -> Result<Value, StoreError> {
    let open = tx.print_queue(false, 1_000).await?;
    let top = match open.first() {
        Some(job) => Some(job.clone()),
        // With nothing left to do the last sheet stays in sight, with what became of it.
        None => tx.print_queue(true, 1_000).await?.pop(),
    };
    let clerk =
        city.directory.official(&practice.clerk).and_then(|person| person.name.split_whitespace().next()).unwrap_or_default();
    let job = match top {
        Some(job) => job_value(practice, tx, city, &job).await?,
        None => Value::Null,
    };
    Ok(json!({ "clerk": clerk, "waiting": open.len(), "job": job }))
}

async fn job_value(practice: &Practice, tx: &mut Tx, city: &CityView, job: &StoredDelivery) -> Result<Value, StoreError> {
    let house = &practice.house;
    let message = tx.message(job.message).await?;
    let (position, capacity) =
        message.map_or((None, None), |message| (message.position, message.capacity.or(Some(Capacity::Definitive))));
    let recipient = position.zip(capacity).map(|(code, capacity)| titled(&city.directory, &code, capacity));
    let letter = match job.letter {
        Some(id) => tx.letter(id).await?.map(|stored| stored.letter),
        None => None,
    };
    let address = match &job.address {
        Address::Postal { party, .. } => party.address.clone(),
        _ => String::new(),
    };
    let sender = letter.as_ref().map(|letter| office_of(city, &letter.sender));
    let reason = job.reason.print_reason().map(|reason| word(house, "print_reason", reason.as_str()));
    Ok(json!({
        "id": job.id, "state": job.state, "state_word": state(house, job.state),
        "spooled": job.next_at.is_none(), "recipient": recipient, "address": lines(&address), "check": check(house, job), "sender": sender, "reason": reason,
        "urgency": letter.as_ref().map(|letter| letter.urgency), "class": letter.as_ref().map(|letter| letter.class),
        "number": letter.map(|letter| letter.letter_number.clone()), "receiver": receiver(tx, job).await?,
    }))
}

/// The code on the cover: as a person reads it, where it leads on this server, and its picture.
fn check(house: &House, job: &StoredDelivery) -> Option<Value> {
    let code = check_code::of(house, job.id)?;
    let qr = qr_path(&check_code::address(house, &code))?;
    Some(json!({ "code": code.grouped(), "path": format!("/periksa/{}", code.plain()), "qr": qr }))
}

/// An address in two lines: the street, and the place with its postcode.
fn lines(address: &str) -> Vec<&str> {
    address.rsplit_once(", ").map_or_else(|| vec![address], |(street, place)| vec![street, place])
}

/// Who took the paper, as the evidence has it.
async fn receiver(tx: &mut Tx, job: &StoredDelivery) -> Result<String, StoreError> {
    let Some(letter) = job.letter else { return Ok(String::new()) };
    let facts = tx.facts_of_letter(letter).await?;
    let mut own = facts.iter().rev().filter(|fact| fact.delivery_id == Some(job.id.uuid()) && fact.event == "ContentHandover");
    let read = own.find_map(|fact| serde_json::from_slice::<Fact>(&fact.body).ok());
    Ok(read.and_then(|fact| fact.detail.get("receiver").cloned()).unwrap_or_default())
}

#[derive(Debug, Deserialize)]
pub(super) struct Step {
    #[serde(flatten)]
    opened: Opened,
    lembar: DeliveryId,
    langkah: String,
    #[serde(default)]
    penerima: String,
}

/// Takes the next step of a job, then shows the page again.
pub(super) async fn act(State(shown): State<Shown>, Form(step): Form<Step>) -> Response {
    let acts: &[DeskAct] = match step.langkah.as_str() {
        "cetak" => &[DeskAct::Claim, DeskAct::Printed],
        "bawa" => &[DeskAct::Dispatched],
        "serahkan" => &[DeskAct::Delivered],
        _ => return StatusCode::BAD_REQUEST.into_response(),
    };
    for act in acts {
        match take(&shown.practice, *act, &step).await {
            // Taken before, by a second press or by the command line: the page shows how far it is.
            Ok(()) | Err(DeskError::NotNow { .. } | DeskError::NotSpooled) => {}
            Err(DeskError::ReceiverMissing) => return StatusCode::UNPROCESSABLE_ENTITY.into_response(),
            Err(DeskError::Unknown(_)) => return StatusCode::NOT_FOUND.into_response(),
            Err(error) => return failed(&PracticeError::Desk(error)),
        }
    }
    Redirect::to(&again(&step.opened)).into_response()
}

async fn take(practice: &Practice, act: DeskAct, step: &Step) -> Result<(), DeskError> {
    let receiver: String = step.penerima.trim().chars().take(120).collect();
    let entry = DeskEntry { act, by: practice.clerk.to_string(), receiver, note: String::new() };
    desk(&practice.house, &practice.doors.print, step.lembar, &entry).await.map(|_| ())
}

fn again(opened: &Opened) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("kotak", &opened.kotak).append_pair("surel", &opened.surel).append_pair("ponsel", &opened.ponsel);
    format!("/?{}", query.finish())
}

/// The cover sheet as it lies in the print queue.
pub(super) async fn cover(State(shown): State<Shown>, Path(delivery): Path<DeliveryId>) -> Response {
    let file = shown.practice.spool.join(format!("{delivery}-1")).join("00-lembar-sampul.pdf");
    match tokio::fs::read(&file).await {
        Ok(bytes) => {
            let named = "inline; filename=\"lembar-sampul.pdf\"";
            ([(header::CONTENT_TYPE, "application/pdf"), (header::CONTENT_DISPOSITION, named)], bytes).into_response()
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => StatusCode::NOT_FOUND.into_response(),
        Err(error) => failed(&PracticeError::Outside(error.to_string())),
    }
}
