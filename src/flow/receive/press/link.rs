//! Linking a chat to a person by a one-time code that came in a signed mail to his registered address.

use super::{Effect, settled};
use crate::channel::telegram::ChatId;
use crate::channel::telegram::updates::Origin;
use crate::domain::evidence::{FactActor, FactKind};
use crate::domain::ids::LinkId;
use crate::domain::inbound::InboundState;
use crate::domain::letter::Urgency;
use crate::domain::routing::{Address, Content, PlannedDelivery, RouteReason};
use crate::flow::administer::{LINK_CODE_MINUTES, link_code_hash};
use crate::flow::house::{CityView, House, titled};
use crate::flow::outgoing::{Gate, NewMessage, plan, put};
use crate::render::context::{Chat, Message, TelegramLinked, You};
use crate::render::moment::Moment;
use crate::store::files::sha256;
use crate::store::records::StoredInbound;
use crate::store::{StoreError, Tx};

/// Wrong codes that one chat may send on one day of the city.
const TRIES_A_DAY: i64 = 5;

/// `/start`, with or without a code, or a code that was typed.
pub async fn start(
    house: &House,
    tx: &mut Tx,
    item: &mut StoredInbound,
    city: &CityView,
    (origin, code): (&Origin, Option<&str>),
) -> Result<Vec<Effect>, StoreError> {
    let chat = origin.message.chat;
    let Some(code) = code else {
        settled(house, tx, item, InboundState::Comment, "free_text").await?;
        return Ok(vec![greeting(house, city, chat)]);
    };
    let tries = sha256(format!("code|{}", chat.0).as_bytes());
    if tx.answers_counted(&tries, house.today()).await? >= TRIES_A_DAY {
        settled(house, tx, item, InboundState::Declined, "too_many_codes").await?;
        let retry_at = Moment::at(&city.calendar, house.midnight());
        return Ok(vec![say(house, chat, &Chat::TooManyCodes { retry_at, unit: None })]);
    }
    let now = house.now();
    let Some(number) = tx.use_link_code(&link_code_hash(code), now).await? else {
        tx.count_answer(&tries, house.today()).await?;
        settled(house, tx, item, InboundState::Declined, "wrong_code").await?;
        return Ok(vec![say(house, chat, &Chat::WrongCode { minutes: LINK_CODE_MINUTES.unsigned_abs(), link_url: None })]);
    };
    if let Some(other) = city.directory.official_by_chat(chat.0).filter(|other| other.number != number) {
        item.person = Some(other.number.clone());
        settled(house, tx, item, InboundState::Declined, "linked_to_another").await?;
        return Ok(vec![say(house, chat, &Chat::LinkedToAnother)]);
    }
    tx.bind_chat(LinkId::new(house.uuid()), &number, chat.0, now).await?;
    tx.bump_directory().await?;
    item.person = Some(number.clone());
    let who =
        FactActor { kind: "official".into(), who: number.to_string(), assurance: "mail_full".into(), ..FactActor::system() };
    let mut fact = house.fact(FactKind::Administered, who);
    fact.inbound = Some(item.id);
    tx.insert_fact(&fact.with("what", "telegram linked")).await?;
    tell(house, tx, city, (&number, chat, &origin.from.name)).await?;
    settled(house, tx, item, InboundState::Recorded, "").await?;
    Ok(Vec::new())
}

/// Both the chat and the registered address are told, so that a stranger's link is noticed.
async fn tell(
    house: &House,
    tx: &mut Tx,
    city: &CityView,
    (number, chat, telegram_name): (&crate::domain::codes::EmployeeNumber, ChatId, &str),
) -> Result<(), StoreError> {
    let Some(person) = city.directory.official(number) else { return Ok(()) };
    let post = city.directory.posts_of(number, house.today()).into_iter().next();
    let capacity_position = post.map_or_else(String::new, |(post, capacity)| titled(post, Some(capacity)));
    let said = Message::TelegramLinked(TelegramLinked {
        name: person.name.clone(),
        capacity_position,
        telegram_name: telegram_name.to_owned(),
        linked_at: Moment::at(&city.calendar, house.now()),
    });
    let mut planned =
        vec![PlannedDelivery { address: Address::Chat(chat.0), content: Content::Full, reason: RouteReason::Answer }];
    planned.extend(person.working_email().map(|email| PlannedDelivery {
        address: Address::Email(email.to_owned()),
        content: Content::Full,
        reason: RouteReason::Answer,
    }));
    let new = NewMessage {
        letter: None,
        kind: said.kind(),
        role: "notice",
        recipient: post.map_or_else(|| number.to_string(), |(post, _)| post.code.to_string()),
        position: post.map(|(post, _)| post.code.clone()),
        person: Some(number.clone()),
        capacity: post.map(|(_, capacity)| capacity),
        delegation: None,
        order: None,
        payload: said.to_payload(),
    };
    let gate = Gate::read(tx, &house.settings.trial).await?;
    put(tx, &plan(house, gate, new, &planned, Urgency::Normal)).await
}

/// What somebody is told whose words belong to nothing: who we are, or how words reach a letter.
pub fn greeting(house: &House, city: &CityView, chat: ChatId) -> Effect {
    let known = city.directory.official_by_chat(chat.0).is_some();
    let hello = Chat::Hello { city: house.settings.city.name.clone(), link_url: None };
    say(house, chat, if known { &Chat::FreeText } else { &hello })
}

/// Words of a chat; what cannot be set is not said.
pub fn say(house: &House, chat: ChatId, words: &Chat) -> Effect {
    let html = house.desk.say(You::Either, words).map(|text| text.html).unwrap_or_default();
    Effect::Say { chat, html }
}
