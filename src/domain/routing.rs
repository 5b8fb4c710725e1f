//! Routing: which person, by which channel, and why. Pure: a letter, a directory, rules and a day give a [`Route`].
//!
//! Nobody is lost: every recipient that a letter names ends in at least one planned delivery, at last on paper.

mod expand;
mod holder;

use super::codes::{EmployeeNumber, PositionCode, UnitCode};
use super::delegation::Capacity;
use super::delivery::{Channel, PrintReason};
use super::directory::{Directory, Holder, Official, Position};
use super::ids::DelegationId;
use super::letter::{Letter, PostalParty, RecipientRole, SecurityClass};
use super::policy::{ChannelTable, Content as Allowed, MailReach};
use super::words::words;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

words! {
    /// What a delivery carries.
    Content {
        /// The letter.
        Full = "full",
        /// A notice that there is a letter.
        Notice = "notice",
    }

    /// Why a delivery goes where it goes.
    RouteReason {
        /// Mail is the primary channel.
        PrimaryChannel = "primary_channel",
        /// The account is linked: Telegram in addition.
        LinkedAccount = "linked_account",
        /// The primary channel does not work for this person; the next one carries.
        NextChannel = "next_channel",
        /// The class allows a notice only.
        ClassNotice = "class_notice",
        /// An answer goes back the way the question came.
        Answer = "answer",
        /// The recipient has no account: somebody outside, or an official whom no channel is registered for.
        Unregistered = "unregistered",
        /// Nobody holds the post.
        Vacant = "vacant",
        /// Registered, but without a channel that the class allows.
        NoChannel = "no_channel",
        /// The mail came back or was refused for good.
        Bounced = "bounced",
        /// Could not be handed over in time.
        DeliveryTimeout = "delivery_timeout",
        /// Reading was owed and did not happen in time.
        NotRead = "not_read",
        /// Copy for the archive.
        ArchiveCopy = "archive_copy",
        /// The class allows paper only.
        SecretClass = "secret_class",
        /// The channel is blocked.
        ChannelBlocked = "channel_blocked",
        /// Off duty without a delegate.
        Absent = "absent",
        /// More than the channel carries, and no page to link to.
        TooLarge = "too_large",
    }

    /// What the unit's operator is told because of a route.
    NoticeCode {
        /// Nobody holds the post.
        Vacant = "vacant",
        /// Off duty, nobody stands in.
        AbsentWithoutDelegate = "absent_without_delegate",
        /// Off duty, and who stands in may not have secret letters.
        SecretNotDelegated = "secret_not_delegated",
        /// No working channel.
        NoChannel = "no_channel",
    }
}

impl RouteReason {
    /// The word for the print desk, where the delivery is paper.
    pub const fn print_reason(self) -> Option<PrintReason> {
        match self {
            Self::Unregistered => Some(PrintReason::Unregistered),
            Self::Vacant => Some(PrintReason::Vacant),
            Self::NoChannel | Self::NextChannel => Some(PrintReason::NoChannel),
            Self::Bounced => Some(PrintReason::Bounced),
            Self::DeliveryTimeout => Some(PrintReason::DeliveryTimeout),
            Self::NotRead => Some(PrintReason::NotRead),
            Self::ArchiveCopy => Some(PrintReason::ArchiveCopy),
            Self::SecretClass => Some(PrintReason::SecretClass),
            Self::ChannelBlocked => Some(PrintReason::ChannelBlocked),
            Self::Absent => Some(PrintReason::Absent),
            Self::TooLarge => Some(PrintReason::TooLarge),
            Self::PrimaryChannel | Self::LinkedAccount | Self::ClassNotice | Self::Answer => None,
        }
    }
}

/// The rules of routing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RoutingRules {
    /// What each class allows on which channel.
    pub channels: ChannelTable,
    /// Domains whose addresses are official, in lower case; sub-domains count.
    pub official_domains: Vec<String>,
}

impl RoutingRules {
    fn is_official(&self, address: &str) -> bool {
        let Some((_, domain)) = address.rsplit_once('@') else { return false };
        let below =
            |official: &String| domain.strip_suffix(official.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
        self.official_domains.iter().any(below)
    }
}

/// Where one delivery goes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Address {
    /// Mail address.
    Email(String),
    /// Private chat.
    Chat(i64),
    /// Paper.
    Postal {
        /// Name lines.
        party: PostalParty,
        /// Courier route; empty outside of the city's units.
        route: String,
    },
}

impl Address {
    /// The channel that serves it.
    pub const fn channel(&self) -> Channel {
        match self {
            Self::Email(_) => Channel::Email,
            Self::Chat(_) => Channel::Telegram,
            Self::Postal { .. } => Channel::Print,
        }
    }
}

/// One delivery that ought to happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedDelivery {
    /// Where to.
    pub address: Address,
    /// What it carries.
    pub content: Content,
    /// Why.
    pub reason: RouteReason,
}

/// Who a leg is for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum LegRecipient {
    /// A position.
    Position(PositionCode),
    /// A unit.
    Unit(UnitCode),
    /// Somebody outside.
    Outside(PostalParty),
}

impl LegRecipient {
    /// Code or name, as the record and the evidence write it.
    pub fn name(&self) -> &str {
        match self {
            Self::Position(code) => code.as_str(),
            Self::Unit(code) => code.as_str(),
            Self::Outside(party) => &party.name,
        }
    }
}

/// The person who receives for a recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LegPerson {
    /// Who.
    pub number: EmployeeNumber,
    /// In what capacity; `None` for the operator of a unit.
    pub capacity: Option<Capacity>,
    /// By which order, where he stands in.
    pub delegation: Option<DelegationId>,
}

/// One recipient, resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leg {
    /// Addressed or copied.
    pub role: RecipientRole,
    /// Whom the letter names.
    pub recipient: LegRecipient,
    /// Who receives for him; `None` where only paper goes.
    pub person: Option<LegPerson>,
    /// Unit whose agenda and operator it concerns.
    pub unit: Option<UnitCode>,
    /// What ought to happen; never empty.
    pub deliveries: Vec<PlannedDelivery>,
    /// What the unit's operator is told.
    pub notice: Option<NoticeCode>,
}

/// Everything that a letter sets in motion.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Route {
    /// One per recipient, in the order of the letter, each once.
    pub legs: Vec<Leg>,
    /// Recipients that the directory does not know, or knows as closed; a letter with any is not accepted.
    pub unknown: Vec<String>,
}

/// What routing looks at besides the letter.
#[derive(Debug, Clone, Copy)]
pub struct RoutingView<'a> {
    /// The directory.
    pub directory: &'a Directory,
    /// The rules.
    pub rules: &'a RoutingRules,
    /// The day, in the city.
    pub day: Date,
}

/// Resolves every recipient of a letter.
pub fn route(letter: &Letter, view: RoutingView<'_>) -> Route {
    let mut route = Route::default();
    for recipient in &letter.recipients {
        for (named, known) in expand::line(recipient, view) {
            if !known {
                route.unknown.push(named.name().to_owned());
            } else if let Some(first) = route.legs.iter_mut().find(|leg| leg.recipient == named) {
                // Named twice: once is enough, and "addressed" outranks "copied".
                first.role = first.role.min(recipient.role);
            } else {
                route.legs.push(leg(recipient.role, named, letter.class, view));
            }
        }
    }
    route
}

/// Routes one recipient.
pub fn leg(role: RecipientRole, recipient: LegRecipient, class: SecurityClass, view: RoutingView<'_>) -> Leg {
    match &recipient {
        LegRecipient::Position(code) => match view.directory.position(code) {
            Some(position) => position_leg(role, position, class, view),
            None => paper_leg(role, recipient.clone(), postal(recipient.name(), ""), RouteReason::Unregistered),
        },
        LegRecipient::Unit(code) => unit_leg(role, code, class, view),
        LegRecipient::Outside(party) => {
            let address = Address::Postal { party: party.clone(), route: String::new() };
            paper_leg(role, recipient, address, RouteReason::Unregistered)
        }
    }
}

fn postal(name: &str, address: &str) -> Address {
    Address::Postal { party: PostalParty { name: name.to_owned(), address: address.to_owned() }, route: String::new() }
}

fn paper_leg(role: RecipientRole, recipient: LegRecipient, address: Address, reason: RouteReason) -> Leg {
    let deliveries = vec![PlannedDelivery { address, content: Content::Full, reason }];
    Leg { role, recipient, person: None, unit: None, deliveries, notice: None }
}

/// The office of a unit as a postal address, for paper to `name`.
fn office(directory: &Directory, unit: &UnitCode, name: &str) -> Address {
    let found = directory.unit(unit);
    Address::Postal {
        party: PostalParty { name: name.to_owned(), address: found.map(|unit| unit.address.clone()).unwrap_or_default() },
        route: found.map(|unit| unit.route.clone()).unwrap_or_default(),
    }
}

fn position_leg(role: RecipientRole, position: &Position, class: SecurityClass, view: RoutingView<'_>) -> Leg {
    let paper = office(view.directory, &position.unit, &position.title);
    let recipient = LegRecipient::Position(position.code.clone());
    let (person, deliveries, notice) = match holder::of(position, class, view) {
        Holder::Held { official, capacity, delegation, .. } => {
            let (deliveries, notice) = channels(official, &paper, class, view.rules);
            let person =
                LegPerson { number: official.number.clone(), capacity: Some(capacity), delegation: delegation.map(|row| row.id) };
            (Some(person), deliveries, notice)
        }
        Holder::Away { .. } => (None, vec![by_paper(&paper, RouteReason::Absent)], Some(holder::off_duty(position, view))),
        Holder::Vacant => (None, vec![by_paper(&paper, RouteReason::Vacant)], Some(NoticeCode::Vacant)),
    };
    Leg { role, recipient, person, unit: Some(position.unit.clone()), deliveries, notice }
}

fn unit_leg(role: RecipientRole, code: &UnitCode, class: SecurityClass, view: RoutingView<'_>) -> Leg {
    let title = view.directory.unit(code).map_or(code.as_str(), |unit| unit.name.as_str());
    let paper = office(view.directory, code, title);
    let (person, deliveries, notice) = match view.directory.operator_of(code, view.day) {
        Some((official, _)) => {
            let (deliveries, notice) = channels(official, &paper, class, view.rules);
            (Some(LegPerson { number: official.number.clone(), capacity: None, delegation: None }), deliveries, notice)
        }
        None => (None, vec![by_paper(&paper, RouteReason::Unregistered)], Some(NoticeCode::Vacant)),
    };
    Leg { role, recipient: LegRecipient::Unit(code.clone()), person, unit: Some(code.clone()), deliveries, notice }
}

fn by_paper(address: &Address, reason: RouteReason) -> PlannedDelivery {
    PlannedDelivery { address: address.clone(), content: Content::Full, reason }
}

/// The channels of a person under a class: mail first, Telegram in addition, paper where nothing else carries the letter.
fn channels(
    official: &Official,
    paper: &Address,
    class: SecurityClass,
    rules: &RoutingRules,
) -> (Vec<PlannedDelivery>, Option<NoticeCode>) {
    let rule = rules.channels.of(class);
    let mut planned = Vec::new();
    if let Some(email) = official.working_email() {
        let content = match rule.email {
            Allowed::Letter if rule.email_reach == MailReach::Official && !rules.is_official(email) => None,
            Allowed::Letter => Some((Content::Full, RouteReason::PrimaryChannel)),
            Allowed::Notice => Some((Content::Notice, RouteReason::ClassNotice)),
            Allowed::Nothing => None,
        };
        planned.extend(content.map(|(content, reason)| PlannedDelivery {
            address: Address::Email(email.to_owned()),
            content,
            reason,
        }));
    }
    if let Some(chat) = official.working_chat() {
        let carried = planned.iter().any(|delivery| delivery.content == Content::Full);
        let content = match rule.telegram {
            Allowed::Letter if carried => Some((Content::Full, RouteReason::LinkedAccount)),
            Allowed::Letter => Some((Content::Full, RouteReason::NextChannel)),
            Allowed::Notice => Some((Content::Notice, RouteReason::ClassNotice)),
            Allowed::Nothing => None,
        };
        planned.extend(content.map(|(content, reason)| PlannedDelivery { address: Address::Chat(chat), content, reason }));
    }
    if rule.paper {
        planned.push(by_paper(paper, RouteReason::SecretClass));
        return (planned, None);
    }
    if planned.iter().any(|delivery| delivery.content == Content::Full) {
        return (planned, None);
    }
    let registered = official.email.is_some() || official.telegram.is_some();
    let reason = match official.email_state {
        _ if !registered => RouteReason::Unregistered,
        super::directory::PersonalChannelState::Bounced => RouteReason::Bounced,
        _ => RouteReason::NoChannel,
    };
    planned.push(by_paper(paper, reason));
    (planned, registered.then_some(NoticeCode::NoChannel))
}

/// What comes after a channel failed for a message: nothing while another channel carries the whole letter, else paper.
pub fn next_after_failure(
    still_carrying: bool,
    failed: Channel,
    paper: &Address,
    reason: RouteReason,
) -> Option<PlannedDelivery> {
    (failed != Channel::Print && !still_carrying).then(|| by_paper(paper, reason))
}

/// The postal address of a leg's recipient, for the end of the ladder.
pub fn paper_address(recipient: &LegRecipient, directory: &Directory) -> Address {
    match recipient {
        LegRecipient::Position(code) => match directory.position(code) {
            Some(position) => office(directory, &position.unit, &position.title),
            None => postal(code.as_str(), ""),
        },
        LegRecipient::Unit(code) => office(directory, code, directory.unit(code).map_or(code.as_str(), |unit| &unit.name)),
        LegRecipient::Outside(party) => Address::Postal { party: party.clone(), route: String::new() },
    }
}
