//! The quick disposition: target, instruction, due date, confirm; and the return with its reason. One message is edited in
//! place; its state is a row, so that a restart loses nothing. Nothing is recorded before the last press.

use super::link::{greeting, start};
use super::{Behind, Effect, Pressed, carry_out, decision, refused, settled};
use crate::channel::telegram::updates::Origin;
use crate::channel::telegram::{Button, ButtonData, ChatId, Keyboard};
use crate::domain::clock::Token;
use crate::domain::codes::PositionCode;
use crate::domain::inbound::InboundState;
use crate::domain::instruction::{Due, InstructionCode, Intent, Order, QuestionKind, Reading};
use crate::flow::house::{CityView, House};
use crate::flow::receive::decide::Decision;
use crate::render::context::{Act, Chat, Pop, You};
use crate::render::moment::Moment;
use crate::store::files::sha256;
use crate::store::records::{StoredButton, StoredDialog, StoredInbound};
use crate::store::{StoreError, Tx};
use jiff::civil::Weekday;
use serde::{Deserialize, Serialize};

/// The instructions offered first; the rest of the catalogue is for mail.
const OFFERED: [&str; 8] =
    ["follow_up", "report_back", "for_information", "attend", "represent", "coordinate", "prepare_material", "study"];
/// Targets offered as buttons.
const TARGETS: usize = 12;

/// What was chosen so far.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Draft {
    act: String,
    targets: Vec<PositionCode>,
    instructions: Vec<String>,
    /// `YYYY-MM-DD`, or empty.
    due: String,
    note: String,
}

/// Opens a dialog on a letter.
pub async fn begin(
    house: &House,
    tx: &mut Tx,
    item: &mut StoredInbound,
    behind: &Behind<'_>,
    pressed: Pressed<'_>,
) -> Result<Vec<Effect>, StoreError> {
    let returns = behind.button.action == "return";
    let dialog = StoredDialog {
        id: house.uuid(),
        delivery: behind.button.delivery,
        person: behind.actor.person().clone(),
        chat: pressed.chat,
        remote_message: None,
        step: if returns { "reason" } else { "targets" }.into(),
        draft: serde_json::to_value(Draft { act: behind.button.action.clone(), ..Draft::default() }).unwrap_or_default(),
        ended_at: None,
    };
    tx.insert_dialog(&dialog, house.now()).await?;
    settled(house, tx, item, InboundState::Recorded, "dialog").await?;
    let shown = show(house, tx, behind, &dialog).await?;
    Ok(vec![Effect::seen(pressed.callback_id), shown])
}

/// A press inside a dialog.
pub async fn step(
    house: &House,
    tx: &mut Tx,
    item: &mut StoredInbound,
    behind: &Behind<'_>,
    pressed: Pressed<'_>,
) -> Result<Vec<Effect>, StoreError> {
    let dialog = match behind.button.dialog {
        Some(id) => tx.dialog(id).await?,
        None => None,
    };
    let Some(mut dialog) = dialog.filter(|dialog| dialog.ended_at.is_none() && &dialog.person == behind.actor.person()) else {
        settled(house, tx, item, InboundState::Declined, "button_old").await?;
        return Ok(vec![Effect::pop(house, pressed.callback_id, &Pop::ButtonOld)]);
    };
    let mut draft: Draft = serde_json::from_value(dialog.draft.clone()).unwrap_or_default();
    if behind.button.action == "record" {
        return record(house, tx, item, behind, (dialog, &draft, pressed)).await;
    }
    advance(house, behind, &mut dialog, &mut draft);
    dialog.draft = serde_json::to_value(&draft).unwrap_or_default();
    if dialog.step == "dropped" {
        dialog.ended_at = Some(house.now());
    }
    tx.update_dialog(&dialog, house.now()).await?;
    settled(house, tx, item, InboundState::Recorded, "dialog").await?;
    let shown = show(house, tx, behind, &dialog).await?;
    Ok(vec![Effect::seen(pressed.callback_id), shown])
}

/// What a press changes in the draft, and which step comes next.
fn advance(house: &House, behind: &Behind<'_>, dialog: &mut StoredDialog, draft: &mut Draft) {
    let value = behind.button.payload.as_str().unwrap_or_default().to_owned();
    let next = match (dialog.step.as_str(), behind.button.action.as_str()) {
        ("targets", "target") => {
            if let Ok(code) = value.parse() {
                toggle(&mut draft.targets, code);
            }
            "targets"
        }
        ("targets", "next") if !draft.targets.is_empty() => "instructions",
        ("instructions", "instruction") => {
            toggle(&mut draft.instructions, value);
            "instructions"
        }
        ("instructions", "next") if !draft.instructions.is_empty() => "due",
        ("due", action) => match due(house, behind.city, action) {
            Some(day) => {
                draft.due = day;
                "note"
            }
            None => "due",
        },
        ("note", "skip") => "check",
        ("check", "change") => "targets",
        ("check", "drop") => "dropped",
        // A press that does not fit the step changes nothing; the step is shown again.
        _ => return,
    };
    next.clone_into(&mut dialog.step);
}

fn toggle<T: PartialEq>(list: &mut Vec<T>, item: T) {
    match list.iter().position(|known| known == &item) {
        Some(at) => {
            list.remove(at);
        }
        None => list.push(item),
    }
}

/// The day of a due button; empty for "no due date"; `None` for a button that names no day.
fn due(house: &House, city: &CityView, action: &str) -> Option<String> {
    let today = house.today();
    match action {
        "tomorrow" => today.tomorrow().ok().map(|day| day.to_string()),
        "friday" => today.nth_weekday(1, Weekday::Friday).ok().map(|day| day.to_string()),
        "three_days" => Some(city.calendar.add_working_days(today, 3).to_string()),
        "no_due" => Some(String::new()),
        _ => None,
    }
}

/// A text in a chat: a link code, the words a dialog waits for, or words that belong to nothing.
pub async fn text(
    house: &House,
    tx: &mut Tx,
    item: &mut StoredInbound,
    city: &CityView,
    (origin, text): (&Origin, &str),
) -> Result<Vec<Effect>, StoreError> {
    let chat = origin.message.chat;
    let known = city.directory.official_by_chat(chat.0);
    if known.is_none() && crate::flow::administer::looks_like_link_code(text) {
        return start(house, tx, item, city, (origin, Some(text))).await;
    }
    let dialog = tx.open_dialog(chat.0).await?.filter(|dialog| matches!(dialog.step.as_str(), "note" | "reason"));
    let (Some(known), Some(mut dialog)) = (known, dialog) else {
        settled(house, tx, item, InboundState::Comment, "free_text").await?;
        return Ok(vec![greeting(house, city, chat)]);
    };
    item.person = Some(known.number.clone());
    item.delivery = Some(dialog.delivery);
    let mut draft: Draft = serde_json::from_value(dialog.draft.clone()).unwrap_or_default();
    draft.note = text.chars().filter(|c| !c.is_control() || *c == '\n').take(1_000).collect();
    dialog.draft = serde_json::to_value(&draft).unwrap_or_default();
    dialog.step = "check".into();
    tx.update_dialog(&dialog, house.now()).await?;
    settled(house, tx, item, InboundState::Recorded, "dialog").await?;
    let Some(delivery) = tx.delivery(dialog.delivery).await? else { return Ok(Vec::new()) };
    let Some(letter) = (match delivery.letter {
        Some(id) => tx.letter(id).await?,
        None => None,
    }) else {
        return Ok(Vec::new());
    };
    let stage = Stage { dialog: &dialog, letter: &letter.letter, acting_as: None, city };
    check(house, tx, &stage, &draft).await.map(|effect| vec![effect])
}

async fn record(
    house: &House,
    tx: &mut Tx,
    item: &mut StoredInbound,
    behind: &Behind<'_>,
    (mut dialog, draft, pressed): (StoredDialog, &Draft, Pressed<'_>),
) -> Result<Vec<Effect>, StoreError> {
    let reading = reading(draft);
    let (step, (pop, html)) = match decision(house, tx, behind, &reading, &draft.note).await? {
        Decision::Ask(question) if question.kind == QuestionKind::DueInPast => {
            return due_again(house, tx, item, behind, (dialog, draft, pressed)).await;
        }
        Decision::Accept(planned) => {
            let pop = carry_out(house, tx, item, behind, &planned).await?;
            let now = || Moment::at(&behind.city.calendar, house.now());
            let recorded_at = if let Pop::RecordedAlready { recorded_at } = &pop { recorded_at.clone() } else { now() };
            ("done", (pop, words(house, &Chat::FlowDone { recorded_at })))
        }
        // Nothing is recorded, so nothing says so: the message tells who decided, or what is missing.
        other => ("refused", refused::told(house, tx, item, behind, (&other, &reading)).await?),
    };
    dialog.ended_at = Some(house.now());
    dialog.step = step.into();
    tx.update_dialog(&dialog, house.now()).await?;
    Ok(vec![Effect::pop(house, pressed.callback_id, &pop), effect(&dialog, html, Keyboard::none())])
}

fn words(house: &House, chat: &Chat) -> String {
    house.desk.say(You::Either, chat).map(|text| text.html).unwrap_or_default()
}

/// The day that was chosen is over by now: nothing is recorded, the rest of the draft stays, and the day is asked for again.
async fn due_again(
    house: &House,
    tx: &mut Tx,
    item: &mut StoredInbound,
    behind: &Behind<'_>,
    (mut dialog, draft, pressed): (StoredDialog, &Draft, Pressed<'_>),
) -> Result<Vec<Effect>, StoreError> {
    settled(house, tx, item, InboundState::Asked, QuestionKind::DueInPast.as_str()).await?;
    let due = draft.due.parse().map_or_else(|_| Moment::at(&behind.city.calendar, house.now()), Moment::day);
    let draft = Draft { due: String::new(), ..draft.clone() };
    dialog.draft = serde_json::to_value(&draft).unwrap_or_default();
    dialog.step = "due".into();
    tx.update_dialog(&dialog, house.now()).await?;
    let shown = show(house, tx, behind, &dialog).await?;
    Ok(vec![Effect::pop(house, pressed.callback_id, &Pop::DueInPast { due }), shown])
}

/// The draft as what a reply would have said.
fn reading(draft: &Draft) -> Reading {
    if draft.act == "return" {
        return Reading::of(Intent::Return).noting(&draft.note);
    }
    let instructions: Vec<InstructionCode> = draft.instructions.iter().filter_map(|code| code.parse().ok()).collect();
    let due = draft.due.parse().map_or(Due::None, Due::Day);
    let order = Order { targets: draft.targets.clone(), instructions, due };
    Reading::of(Intent::Disposition).ordering(order).noting(&draft.note)
}

/// What a step of a dialog is shown from.
struct Stage<'a> {
    dialog: &'a StoredDialog,
    letter: &'a crate::domain::letter::Letter,
    acting_as: Option<String>,
    city: &'a CityView,
}

async fn show(house: &House, tx: &mut Tx, behind: &Behind<'_>, dialog: &StoredDialog) -> Result<Effect, StoreError> {
    let draft: Draft = serde_json::from_value(dialog.draft.clone()).unwrap_or_default();
    let acting_as = crate::flow::dispatch::acting_as(&behind.answered.message, behind.city, house);
    let stage = Stage { dialog, letter: &behind.answered.letter.letter, acting_as, city: behind.city };
    let mark = |chosen: bool, label: &str| if chosen { format!("{}{label}", Button::CHOSEN) } else { label.to_owned() };
    let letter_number = stage.letter.letter_number.clone();
    match dialog.step.as_str() {
        "targets" => {
            let (directory, actor) = (&behind.city.directory, behind.actor);
            let choices = directory
                .others_below(actor.position(), actor.person(), house.today())
                .take(TARGETS)
                .filter_map(|code| directory.position(code))
                .map(|post| (mark(draft.targets.contains(&post.code), &post.short_title), "target", post.code.to_string()));
            step_effect(house, tx, &stage, (&Chat::FlowTargets { letter_number }, choices.collect())).await
        }
        "instructions" => {
            let choices = OFFERED.iter().map(|code| {
                let label = house.desk.label("instruction", code).unwrap_or(code);
                (mark(draft.instructions.iter().any(|known| known == code), label), "instruction", (*code).to_owned())
            });
            let targets = titles(&draft.targets, behind.city);
            step_effect(house, tx, &stage, (&Chat::FlowInstructions { targets }, choices.collect())).await
        }
        "due" => step_effect(house, tx, &stage, (&Chat::FlowDue, Vec::new())).await,
        "note" => step_effect(house, tx, &stage, (&Chat::FlowNote, Vec::new())).await,
        "reason" => step_effect(house, tx, &stage, (&Chat::ReturnReason { letter_number }, Vec::new())).await,
        "check" => check(house, tx, &stage, &draft).await,
        _ => Ok(effect(dialog, words(house, &Chat::FlowDropped), Keyboard::none())),
    }
}

/// The last look before it counts.
async fn check(house: &House, tx: &mut Tx, stage: &Stage<'_>, draft: &Draft) -> Result<Effect, StoreError> {
    let letter = stage.letter;
    let chat = if draft.act == "return" {
        Chat::WeightyAct {
            act: Act::Return,
            letter_number: letter.letter_number.clone(),
            class: letter.class,
            agenda_number: String::new(),
            acting_as: stage.acting_as.clone(),
        }
    } else {
        Chat::FlowCheck {
            letter_number: letter.letter_number.clone(),
            subject: letter.subject.clone(),
            class: letter.class,
            agenda_number: String::new(),
            targets: titles(&draft.targets, stage.city),
            instructions: draft.instructions.clone(),
            due: draft.due.parse().ok().map(Moment::day),
            note: draft.note.clone(),
            acting_as: stage.acting_as.clone(),
        }
    };
    step_effect(house, tx, stage, (&chat, Vec::new())).await
}

fn titles(codes: &[PositionCode], city: &CityView) -> Vec<String> {
    codes.iter().filter_map(|code| city.directory.position(code)).map(|post| post.short_title.clone()).collect()
}

fn effect(dialog: &StoredDialog, html: String, keyboard: Keyboard) -> Effect {
    Effect::Step {
        dialog: dialog.id,
        chat: ChatId(dialog.chat),
        message: dialog.remote_message.and_then(|id| i32::try_from(id).ok()),
        html,
        keyboard,
    }
}

/// Words and freshly minted buttons of a step: the choices, below them the fixed buttons; what confirms has a row of its own.
async fn step_effect(
    house: &House,
    tx: &mut Tx,
    stage: &Stage<'_>,
    (chat, choices): (&Chat, Vec<(String, &str, String)>),
) -> Result<Effect, StoreError> {
    let Ok(text) = house.desk.say(You::Either, chat) else { return Ok(Effect::seen("")) };
    let mut offered = Vec::new();
    for (label, action, value) in choices {
        offered.extend(minted(house, tx, stage, (&label, action, value.into())).await?);
    }
    let (mut keyboard, mut others) = (Keyboard::pairs(offered), Vec::new());
    for fixed in text.buttons.iter().filter(|button| WORKING.contains(&button.key.as_str())) {
        let confirms = fixed.key == "record";
        let label = if confirms { format!("{} {}", fixed.label, stage.letter.letter_number) } else { fixed.label.clone() };
        match minted(house, tx, stage, (&label, &fixed.key, serde_json::Value::Null)).await? {
            Some(button) if confirms => keyboard = keyboard.alone(button),
            button => others.extend(button),
        }
    }
    Ok(effect(stage.dialog, text.html, keyboard.and(others)))
}

/// Fixed buttons whose step exists.
const WORKING: [&str; 9] = ["next", "tomorrow", "friday", "three_days", "no_due", "skip", "record", "change", "drop"];

async fn minted(
    house: &House,
    tx: &mut Tx,
    stage: &Stage<'_>,
    (label, action, payload): (&str, &str, serde_json::Value),
) -> Result<Option<Button>, StoreError> {
    let token = Token::mint(&*house.ids);
    let button = StoredButton {
        token_hash: sha256(token.expose().as_bytes()),
        delivery: stage.dialog.delivery,
        dialog: Some(stage.dialog.id),
        person: stage.dialog.person.clone(),
        action: action.to_owned(),
        payload,
        used_at: None,
        answer: String::new(),
    };
    tx.insert_button(&button, house.now()).await?;
    let short: String = label.chars().take(Button::LABEL).collect();
    Ok(Button::new(&short, ButtonData::from(&token)).ok())
}
