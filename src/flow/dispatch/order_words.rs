//! The words of a disposition: the order itself, who else got one, and the tree down to the reader.

use super::Claimed;
use super::carriage::Carriage;
use super::words::{WordsError, acting_as, agenda_number, examples, facts, file_text, missing};
use crate::domain::codes::PositionCode;
use crate::domain::directory::Position;
use crate::domain::ids::OrderId;
use crate::flow::act::order_echo;
use crate::flow::assurance;
use crate::flow::house::{CityView, House, titled};
use crate::render::context::{AboutLetter, Corrected, DispositionReceived, Item, Message, TreeLine};
use crate::render::moment::Moment;
use crate::store::Tx;
use crate::store::records::{StoredAct, StoredLetter, StoredMessage, StoredOrder};

/// The context of `disposition_received`.
pub async fn disposition(
    house: &House,
    tx: &mut Tx,
    (claimed, stored): (&Claimed, &StoredLetter),
    city: &CityView,
    carriage: &Carriage,
) -> Result<Message, WordsError> {
    let said = &claimed.message;
    let id = said.order.ok_or_else(|| missing(said, "order"))?;
    let orders = tx.orders_of(stored.id).await?;
    let order = orders.iter().find(|one| one.id == id).ok_or_else(|| missing(said, "order"))?;
    let (act, giver) = given(tx, said, order, city).await?;
    let mut facts = facts(tx, said, stored, city).await?;
    facts.due = order.due_at.map(|due| Moment::at(&city.calendar, due));
    let others = orders.iter().filter(|one| one.act == order.act && one.id != order.id);
    Ok(Message::DispositionReceived(DispositionReceived {
        giver: titled(giver, Some(act.capacity)),
        giver_short: format!("{}{}", act.capacity.prefix(), giver.short_title),
        acting_as: acting_as(said, city, house),
        instructions: order.instructions.clone(),
        note: order.note.clone(),
        other_targets: others.map(|one| short(&one.target, city)).collect(),
        tree: tree(&orders, id, city),
        assurance: assurance::words(&act.assurance),
        example_2: examples(said.position.as_ref(), city).into_iter().next().unwrap_or_default(),
        file: file_text(stored, carriage)?,
        act_files: carriage.files.clone(),
        facts,
    }))
}

/// The act that gave an order, and the post that gave it.
async fn given<'a>(
    tx: &mut Tx,
    said: &StoredMessage,
    order: &StoredOrder,
    city: &'a CityView,
) -> Result<(StoredAct, &'a Position), WordsError> {
    let act = tx.act(order.act).await?.ok_or_else(|| missing(said, "act"))?;
    Ok((act, city.directory.position(&order.giver).ok_or_else(|| missing(said, "giver"))?))
}

/// The context of `correction`: what the reader was ordered before, and what it is now.
pub async fn correction(
    tx: &mut Tx,
    (claimed, stored): (&Claimed, &StoredLetter),
    city: &CityView,
    carriage: &Carriage,
) -> Result<Message, WordsError> {
    let said = &claimed.message;
    let id = said.order.ok_or_else(|| missing(said, "order"))?;
    let order = tx.order(id).await?.ok_or_else(|| missing(said, "order"))?;
    let earlier = said.payload.get("before").cloned().and_then(|id| serde_json::from_value::<OrderId>(id).ok());
    let earlier = earlier.ok_or_else(|| missing(said, "id of the earlier order"))?;
    let earlier = tx.order(earlier).await?.ok_or_else(|| missing(said, "earlier order"))?;
    let (act, giver) = given(tx, said, &order, city).await?;
    let letter = AboutLetter {
        subject: stored.letter.subject.clone(),
        letter_number: stored.letter.letter_number.clone(),
        class: stored.letter.class,
        agenda_number: agenda_number(tx, said.position.as_ref(), stored, city).await?,
    };
    Ok(Message::Corrected(Corrected {
        letter,
        actor: titled(giver, Some(act.capacity)),
        item: Item::Disposition,
        delivered_at: Moment::at(&city.calendar, earlier.created_at),
        before: order_echo(city, &earlier, None),
        after: order_echo(city, &order, None),
        act_files: carriage.files.clone(),
    }))
}

fn short(code: &PositionCode, city: &CityView) -> String {
    city.directory.position(code).map_or_else(|| code.to_string(), |post| post.short_title.clone())
}

fn title(code: &PositionCode, city: &CityView) -> String {
    city.directory.position(code).map_or_else(|| code.to_string(), |post| post.title.clone())
}

/// The orders from the first one down to the reader's.
pub fn tree(orders: &[StoredOrder], down_to: OrderId, city: &CityView) -> Vec<TreeLine> {
    let mut path: Vec<&StoredOrder> = Vec::new();
    let mut at = orders.iter().find(|one| one.id == down_to);
    while let Some(order) = at {
        if path.iter().any(|seen| seen.id == order.id) {
            break;
        }
        path.push(order);
        at = order.parent.and_then(|parent| orders.iter().find(|one| one.id == parent));
    }
    path.reverse();
    let line = |(depth, order): (u32, &&StoredOrder)| TreeLine {
        depth,
        giver: title(&order.giver, city),
        target: title(&order.target, city),
        instructions: order.instructions.clone(),
        due: order.due_at.map(|due| Moment::at(&city.calendar, due)),
        state: order.state.clone(),
    };
    (0..).zip(&path).map(line).collect()
}
