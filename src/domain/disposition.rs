//! Who may disposition whom, and who is told when a superior is skipped.
//!
//! In come the directory, the giver's post, the target and the posts through which this letter came down; out comes a
//! permission or a typed refusal. Default of the product: down to every post below one's own, up or sideways by
//! forwarding, never to oneself (whichever post of one's own it would be), never in a circle. An office may restrict the first to direct subordinates.

mod later;

pub use later::{Earlier, Later, Terms, later};

use super::codes::{EmployeeNumber, PositionCode};
use super::directory::Directory;
use super::policy::DispositionReach;
use super::words::words;
use jiff::civil::Date;

words! {
    /// The direction of an order.
    Direction {
        /// Disposition.
        Down = "down",
        /// Forward.
        UpOrSideways = "up_or_sideways",
    }

    /// How far an order has come. It goes on and never back: of two words of its target the one that is further on counts.
    OrderState {
        /// Given.
        Issued = "issued",
        /// Its target said that he has it.
        Read = "read",
        /// He asked above.
        ForwardedUp = "forwarded_up",
        /// He gave it back.
        Returned = "returned",
        /// He ordered it of somebody below.
        Redelegated = "redelegated",
        /// He reported.
        Reported = "reported",
        /// Decided.
        Completed = "completed",
        /// A later order of the same instruction took its place.
        Corrected = "corrected",
    }
}

/// The rule for one post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rights {
    /// How far down.
    pub reach: DispositionReach,
    /// Posts that may be ordered besides, by exception.
    pub also: Vec<PositionCode>,
}

impl Default for Rights {
    fn default() -> Self {
        Self { reach: DispositionReach::Below, also: Vec::new() }
    }
}

/// Where a letter stands: who gives, and from whom it came, nearest first.
#[derive(Debug, Clone, Copy)]
pub struct Standpoint<'a> {
    /// The post that gives.
    pub giver: &'a PositionCode,
    /// The person in it, and the day: nobody orders himself in another post of his. `None` where only posts are looked at.
    pub person: Option<(&'a EmployeeNumber, Date)>,
    /// Posts above in this letter's tree: the one that gave to the giver, the one before, and so on.
    pub came_from: &'a [PositionCode],
}

impl Standpoint<'_> {
    /// Whether whoever gives answers for that post himself on the day.
    pub fn is_held_by_giver(&self, directory: &Directory, post: &PositionCode) -> bool {
        self.person.is_some_and(|(person, day)| directory.is_held_by(post, person, day))
    }
}

/// Why somebody may not be ordered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Outside of the giver's rights.
    #[error("{target} is not among those whom {giver} may order")]
    NotAuthorised {
        /// Who gives.
        giver: PositionCode,
        /// Who was named.
        target: PositionCode,
        /// Whom he may order.
        allowed: Vec<PositionCode>,
    },
    /// To oneself.
    #[error("{0} would order himself")]
    ToOneself(PositionCode),
    /// To one from whom the letter came.
    #[error("{target} stands above in the tree of this letter")]
    Circular {
        /// Who was named.
        target: PositionCode,
    },
    /// No such post.
    #[error("{0} is no post of the directory")]
    UnknownPost(PositionCode),
    /// A forward to a post below: that is a disposition and needs an instruction.
    #[error("{target} stands below {giver}: a disposition, not a forward")]
    IsBelow {
        /// Who gives.
        giver: PositionCode,
        /// Who was named.
        target: PositionCode,
    },
}

/// A permitted order and who else learns of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permitted {
    /// Superiors of the target between giver and target, nearest to the giver first: they get a copy.
    pub skipped: Vec<PositionCode>,
}

/// Whether a post may be ordered (`Down`) or forwarded to (`UpOrSideways`).
pub fn may_order(
    directory: &Directory,
    from: Standpoint<'_>,
    target: &PositionCode,
    direction: Direction,
    rights: &Rights,
) -> Result<Permitted, Refusal> {
    if target == from.giver || from.is_held_by_giver(directory, target) {
        return Err(Refusal::ToOneself(target.clone()));
    }
    if directory.target(target).is_none() {
        return Err(Refusal::UnknownPost(target.clone()));
    }
    match direction {
        Direction::Down => may_go_down(directory, from, target, rights),
        Direction::UpOrSideways => may_go_elsewhere(directory, from, target),
    }
}

fn may_go_down(
    directory: &Directory,
    from: Standpoint<'_>,
    target: &PositionCode,
    rights: &Rights,
) -> Result<Permitted, Refusal> {
    if from.came_from.contains(target) {
        return Err(Refusal::Circular { target: target.clone() });
    }
    let reached = match rights.reach {
        DispositionReach::Below => directory.is_below(target, from.giver),
        DispositionReach::Direct => directory.subordinates(from.giver).contains(target),
    };
    if !reached && !rights.also.contains(target) {
        return Err(Refusal::NotAuthorised {
            giver: from.giver.clone(),
            target: target.clone(),
            allowed: allowed_targets(directory, from, rights),
        });
    }
    Ok(Permitted { skipped: skipped_superiors(directory, from.giver, target) })
}

/// Up is always allowed, also to the one from whom it came: that is asking for guidance, not a circle. Sideways is what
/// is neither above nor below.
fn may_go_elsewhere(directory: &Directory, from: Standpoint<'_>, target: &PositionCode) -> Result<Permitted, Refusal> {
    if directory.is_below(target, from.giver) {
        return Err(Refusal::IsBelow { giver: from.giver.clone(), target: target.clone() });
    }
    let is_above = directory.is_below(from.giver, target);
    if from.came_from.contains(target) && !is_above {
        return Err(Refusal::Circular { target: target.clone() });
    }
    Ok(Permitted { skipped: Vec::new() })
}

/// Whom a post may order, direct subordinates first, then the exceptions; for the sentence that refuses.
pub fn allowed_targets(directory: &Directory, from: Standpoint<'_>, rights: &Rights) -> Vec<PositionCode> {
    let mut allowed: Vec<PositionCode> = Vec::new();
    let known = rights.also.iter().filter(|code| directory.position(code).is_some());
    for code in directory.subordinates(from.giver).iter().chain(known) {
        if code != from.giver
            && !from.is_held_by_giver(directory, code)
            && !from.came_from.contains(code)
            && !allowed.contains(code)
        {
            allowed.push(code.clone());
        }
    }
    allowed
}

/// Superiors of the target between giver and target, nearest to the giver first. Empty where the giver is not above.
pub fn skipped_superiors(directory: &Directory, giver: &PositionCode, target: &PositionCode) -> Vec<PositionCode> {
    let chain = directory.superiors(target);
    let Some(at) = chain.iter().position(|code| code == giver) else { return Vec::new() };
    chain.into_iter().take(at).rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::delegation::{Capacity, Days};
    use crate::domain::directory::{DirectoryParts, Incumbency, Official, PersonalChannelState, Position};
    use crate::domain::ids::OfficialId;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn code(text: &str) -> PositionCode {
        text.parse().unwrap()
    }

    fn town() -> Directory {
        let post = |name: &str, superior: &str| Position {
            code: code(name),
            title: name.to_owned(),
            short_title: name.to_owned(),
            unit: "U".parse().unwrap(),
            superior: (!superior.is_empty()).then(|| code(superior)),
            aliases: Vec::new(),
            until: None,
        };
        let tree = [
            ("MAYOR", ""),
            ("SEC", "MAYOR"),
            ("HEAD", "SEC"),
            ("OTHER", "SEC"),
            ("DEPUTY", "HEAD"),
            ("CHIEF", "HEAD"),
            ("STAFF", "CHIEF"),
        ];
        Directory::new(DirectoryParts {
            positions: tree.iter().map(|(name, superior)| post(name, superior)).collect(),
            ..DirectoryParts::default()
        })
    }

    fn order(giver: &str, target: &str, direction: Direction, came_from: &[&str]) -> Result<Vec<String>, String> {
        let (giver, came_from) = (code(giver), came_from.iter().map(|one| code(one)).collect::<Vec<_>>());
        let from = Standpoint { giver: &giver, person: None, came_from: &came_from };
        may_order(&town(), from, &code(target), direction, &Rights::default())
            .map(|permitted| permitted.skipped.iter().map(ToString::to_string).collect())
            .map_err(|refusal| format!("{refusal:?}").split([' ', '(']).next().unwrap().to_owned())
    }

    #[test]
    fn orders_go_down_the_tree_and_skipped_superiors_are_told() {
        assert_eq!(order("HEAD", "CHIEF", Direction::Down, &["SEC"]), Ok(vec![]));
        assert_eq!(order("HEAD", "STAFF", Direction::Down, &["SEC"]), Ok(vec!["CHIEF".into()]));
        assert_eq!(order("SEC", "STAFF", Direction::Down, &[]), Ok(vec!["HEAD".into(), "CHIEF".into()]));
        assert_eq!(order("HEAD", "OTHER", Direction::Down, &[]), Err("NotAuthorised".into()));
        assert_eq!(order("HEAD", "SEC", Direction::Down, &["SEC"]), Err("Circular".into()));
        assert_eq!(order("HEAD", "HEAD", Direction::Down, &[]), Err("ToOneself".into()));
        assert_eq!(order("HEAD", "NOBODY", Direction::Down, &[]), Err("UnknownPost".into()));
    }

    #[test]
    fn nobody_orders_himself_in_another_post_of_his() {
        let person = |number: &str| number.parse::<EmployeeNumber>().unwrap();
        let (one, other) = (person("197203091998031910"), person("198106192006041912"));
        let held = |post: &str, official: &EmployeeNumber| Incumbency {
            position: code(post),
            official: official.clone(),
            capacity: Capacity::Definitive,
            days: Days { from: date(2026, 1, 1), to: None },
        };
        let official = |number: &EmployeeNumber| Official {
            id: OfficialId::new(uuid::Uuid::nil()),
            number: number.clone(),
            name: String::new(),
            rank: String::new(),
            grade: String::new(),
            email: None,
            email_state: PersonalChannelState::Verified,
            telegram: None,
        };
        let town = Directory::new(DirectoryParts {
            officials: vec![official(&one), official(&other)],
            incumbencies: vec![held("HEAD", &one), held("DEPUTY", &one), held("CHIEF", &other)],
            ..town().parts().clone()
        });
        let giver = code("HEAD");
        let from = Standpoint { giver: &giver, person: Some((&one, date(2026, 6, 1))), came_from: &[] };
        let down = |target: &str| may_order(&town, from, &code(target), Direction::Down, &Rights::default());
        assert_eq!(down("DEPUTY"), Err(Refusal::ToOneself(code("DEPUTY"))));
        assert!(down("CHIEF").is_ok());
        assert_eq!(allowed_targets(&town, from, &Rights::default()), [code("CHIEF")]);
    }

    #[test]
    fn forwards_go_up_and_sideways() {
        assert_eq!(order("HEAD", "OTHER", Direction::UpOrSideways, &[]), Ok(vec![]));
        assert_eq!(order("HEAD", "SEC", Direction::UpOrSideways, &["SEC"]), Ok(vec![]));
        assert_eq!(order("HEAD", "OTHER", Direction::UpOrSideways, &["OTHER"]), Err("Circular".into()));
        assert_eq!(order("HEAD", "CHIEF", Direction::UpOrSideways, &[]), Err("IsBelow".into()));
    }

    #[test]
    fn an_office_may_restrict_and_except() {
        let giver = code("HEAD");
        let from = Standpoint { giver: &giver, person: None, came_from: &[] };
        let rights = Rights { reach: DispositionReach::Direct, also: vec![code("OTHER")] };
        assert!(may_order(&town(), from, &code("OTHER"), Direction::Down, &rights).is_ok());
        let refused = may_order(&town(), from, &code("STAFF"), Direction::Down, &rights);
        assert!(
            matches!(refused, Err(Refusal::NotAuthorised { allowed, .. }) if allowed == [code("DEPUTY"), code("CHIEF"), code("OTHER")])
        );
    }

    proptest! {
        #[test]
        fn nobody_is_ordered_by_one_below(giver in 0..7_usize, target in 0..7_usize) {
            let town = town();
            let posts = &town.parts().positions;
            let (giver, target) = (&posts[giver].code, &posts[target].code);
            let from = Standpoint { giver, person: None, came_from: &[] };
            let down = may_order(&town, from, target, Direction::Down, &Rights::default()).is_ok();
            let elsewhere = may_order(&town, from, target, Direction::UpOrSideways, &Rights::default()).is_ok();
            prop_assert_eq!(down, town.is_below(target, giver));
            prop_assert!(!(down && elsewhere));
            prop_assert_eq!(down || elsewhere, giver != target);
        }
    }
}
