//! What is typed with a slash. Commands of a chat that is bound to nobody are answered with who we are.

use super::link::{greeting, say};
use super::{Effect, settled};
use crate::channel::telegram::ChatId;
use crate::domain::directory::{Official, PersonalChannelState};
use crate::domain::evidence::{FactActor, FactKind};
use crate::domain::inbound::{Assurance, InboundState};
use crate::flow::house::{CityView, House};
use crate::render::context::Chat;
use crate::store::records::StoredInbound;
use crate::store::{StoreError, Tx};

/// Answers a command.
pub async fn command(
    house: &House,
    tx: &mut Tx,
    item: &mut StoredInbound,
    city: &CityView,
    (chat, name): (ChatId, &str),
) -> Result<Vec<Effect>, StoreError> {
    let Some(person) = city.directory.official_by_chat(chat.0) else {
        settled(house, tx, item, InboundState::Comment, "free_text").await?;
        return Ok(vec![greeting(house, city, chat)]);
    };
    item.person = Some(person.number.clone());
    match name {
        "bantuan" | "help" => {
            settled(house, tx, item, InboundState::Recorded, "help").await?;
            Ok(vec![say(house, chat, &help(house, city, person))])
        }
        "lepas" => {
            unlink(house, tx, item, (chat, person)).await?;
            Ok(vec![say(house, chat, &Chat::Unlinked { link_url: None })])
        }
        _ => {
            settled(house, tx, item, InboundState::Comment, "free_text").await?;
            Ok(vec![say(house, chat, &Chat::FreeText)])
        }
    }
}

/// The desk of his own unit; the city's help where no operator is on duty.
fn help(house: &House, city: &CityView, person: &Official) -> Chat {
    let post = city.directory.posts_of(&person.number, house.today()).into_iter().next();
    let desk = post.and_then(|(post, _)| city.directory.operator_of(&post.unit, house.today()));
    match desk {
        Some((operator, unit)) => Chat::Help {
            unit: unit.name.clone(),
            operator_contact: match operator.working_email() {
                Some(email) => format!("{} ({email})", operator.name),
                None => operator.name.clone(),
            },
        },
        None => Chat::Help { unit: house.settings.city.name.clone(), operator_contact: house.settings.city.help_contact.clone() },
    }
}

/// The owner takes his own link away; what has not gone out yet is routed anew without Telegram.
async fn unlink(
    house: &House,
    tx: &mut Tx,
    item: &mut StoredInbound,
    (chat, person): (ChatId, &Official),
) -> Result<(), StoreError> {
    tx.set_link_state(chat.0, PersonalChannelState::Removed, true, house.now()).await?;
    tx.bump_directory().await?;
    let who = FactActor {
        kind: "official".into(),
        who: person.number.to_string(),
        assurance: Assurance::Telegram.as_str().to_owned(),
        ..FactActor::system()
    };
    let mut fact = house.fact(FactKind::Administered, who);
    fact.inbound = Some(item.id);
    tx.insert_fact(&fact.with("what", "telegram link revoked").with("about", person.number.as_str())).await?;
    settled(house, tx, item, InboundState::Recorded, "").await
}
