//! From pieces to intent: the order in which the possibilities are tried is the meaning.

use super::catalogue::InstructionCode as I;
use super::left_over::left_over;
use super::orders::Grouped;
use super::reading::{Choice, Intent, Order, QuestionKind, Reading, Unclear, distinct, quote};
use super::speech::{Act, Speech};
use super::targets::Named;
use super::{Place, due::Due};
use crate::domain::codes::PositionCode;

/// Everything that is known about a reply when its intent is decided.
pub(super) struct Case<'a> {
    pub(super) text: &'a str,
    pub(super) place: &'a Place<'a>,
    pub(super) speech: &'a Speech,
    pub(super) grouped: Grouped,
}

impl Case<'_> {
    /// The intent, with what belongs to it.
    pub(super) fn reading(&self) -> Reading {
        self.chosen_act().unwrap_or_else(|| self.unless_doubtful(self.heard()))
    }

    /// What was said in words that leave it open is asked back.
    fn unless_doubtful(&self, heard: Reading) -> Reading {
        use Intent as T;
        let cues = &self.speech.cues;
        let works = self.works();
        let verdict = works.iter().any(|code| matches!(code, I::Approve | I::Reject));
        let recorded = matches!(
            heard.intent,
            T::Disposition | T::Forward | T::Return | T::Reassign | T::Approve | T::Reject | T::FollowUpReport
        );
        let alone = works.iter().all(|code| matches!(code, I::Approve | I::Reject));
        // "Bukan kewenangan kami, tapi akan kami bantu".
        let kept = heard.intent == T::Return && cues.but && self.posts().is_empty();
        if !recorded || !(kept || cues.doubt || (verdict && (cues.doubtful_verdict || cues.but))) {
            return heard;
        }
        let (kind, choices) = match heard.intent {
            T::Approve | T::Reject | T::Disposition if verdict && alone => {
                let either = [T::Approve, T::Reject].map(Choice::Act);
                (QuestionKind::SeveralReadings, either.to_vec())
            }
            _ => (QuestionKind::NotUnderstood, Vec::new()),
        };
        Reading { unclear: Some(self.question(kind, choices)), ..Reading::of(T::Unclear) }
    }

    fn heard(&self) -> Reading {
        let cues = &self.speech.cues;
        if cues.sent_back && self.works().contains(&I::Reject) {
            return self.asked(
                self.question(QuestionKind::SeveralReadings, vec![Choice::Act(Intent::Reject), Choice::Act(Intent::Return)]),
            );
        }
        if cues.elsewhere
            && (self.posts().iter().any(|post| self.is_below(post))
                || (self.posts().is_empty() && self.works().iter().any(|code| code.needs_target())))
        {
            return self.asked(
                self.question(QuestionKind::SeveralReadings, vec![Choice::Act(Intent::Return), Choice::Act(Intent::Disposition)]),
            );
        }
        if cues.elsewhere || (cues.sent_back && !self.orders_below()) {
            return self.addressed(Intent::Return);
        }
        if cues.redirect && !self.orders_below() {
            let below = self.posts().iter().any(|post| self.is_below(post));
            return self.addressed(if below { Intent::Reassign } else { Intent::Return });
        }
        // "Kabid Aptika TL, mohon arahan Pak Sekda": ordered, or proposed.
        if cues.guidance && !cues.report && self.orders_below() {
            return self.asked(
                self.question(
                    QuestionKind::SeveralReadings,
                    vec![Choice::Act(Intent::Disposition), Choice::Act(Intent::Forward)],
                ),
            );
        }
        if cues.guidance && !cues.report && !self.orders_below() {
            return self.passed_on(QuestionKind::GuidanceOfNobody);
        }
        if cues.forward && !self.orders_below() {
            return self.passed_on(QuestionKind::TargetMissing);
        }
        if self.tells_only_upwards() && (cues.report || cues.promise || cues.thanks || cues.received) && !self.has_works_below() {
            return self.told();
        }
        if self.grouped.orders.iter().any(|order| has_target_or_doubt(order, self) && !order.instructions.is_empty()) {
            return self.ordered();
        }
        self.without_order()
    }

    /// A correction: an order as usual, or only the part that changes.
    pub(super) fn correction(&self) -> Reading {
        if self.speech.cues.doubt {
            return self.asked(self.question(QuestionKind::NotUnderstood, Vec::new()));
        }
        if let Some(unclear) = &self.grouped.unclear {
            return self.asked(unclear.clone());
        }
        if self.posts().contains(self.place.position) {
            return self.asked(self.question(QuestionKind::ToOneself, Vec::new()));
        }
        if self.grouped.orders.is_empty() {
            return Reading::of(Intent::Correct).noting(self.text);
        }
        let mut reading = Reading::of(Intent::Correct);
        for order in &self.grouped.orders {
            reading = reading.ordering(order.clone());
        }
        reading.partners = distinct(self.speech.partners.iter().cloned());
        reading
    }

    /// Fills what an earlier question about the whole reply has settled: a target, an instruction.
    pub(super) fn settle(&mut self) {
        let whole = self.whole();
        for hint in self.place.hints.iter().filter(|hint| hint.quoted == whole) {
            for order in &mut self.grouped.orders {
                match &hint.choice {
                    Choice::Position(code) if order.targets.is_empty() => order.targets.push(code.clone()),
                    Choice::Instruction(code) if order.instructions.is_empty() => order.instructions.push(*code),
                    Choice::Position(_) | Choice::Instruction(_) | Choice::Due(_) | Choice::Act(_) => {}
                }
            }
        }
    }

    /// What an earlier question has settled to be the act. Orders are never made of a choice that names none.
    fn chosen_act(&self) -> Option<Reading> {
        let whole = self.whole();
        let hint = self.place.hints.iter().find(|hint| hint.quoted == whole)?;
        match hint.choice {
            Choice::Act(Intent::Approve) => Some(self.alone(Intent::Approve, &[I::Approve])),
            Choice::Act(Intent::Reject) => Some(self.alone(Intent::Reject, &[I::Reject])),
            Choice::Act(Intent::Return) => Some(self.addressed(Intent::Return)),
            Choice::Act(intent @ (Intent::Acknowledge | Intent::Question)) => Some(Reading::of(intent).noting(self.text)),
            Choice::Instruction(I::SelfAttend) => Some(self.alone(Intent::Disposition, &[I::SelfAttend])),
            Choice::Act(_) | Choice::Instruction(_) | Choice::Position(_) | Choice::Due(_) => None,
        }
    }

    /// The whole reply as a question quotes it.
    fn whole(&self) -> String {
        const SHOWN: usize = 160;
        self.text.trim().chars().take(SHOWN).collect()
    }

    fn is_below(&self, post: &PositionCode) -> bool {
        self.place.directory.is_below(post, self.place.position)
    }

    fn is_above(&self, post: &PositionCode) -> bool {
        self.place.directory.is_below(self.place.position, post)
    }

    /// Every post named outside of partners, exceptions and mentions.
    fn posts(&self) -> Vec<PositionCode> {
        distinct(self.grouped.orders.iter().flat_map(|order| order.targets.iter().cloned()))
    }

    fn works(&self) -> Vec<I> {
        distinct(self.grouped.orders.iter().flat_map(|order| order.instructions.iter().copied()))
    }

    fn orders_below(&self) -> bool {
        self.grouped
            .orders
            .iter()
            .any(|order| !order.instructions.is_empty() && order.targets.iter().any(|post| self.is_below(post)))
    }

    fn has_works_below(&self) -> bool {
        self.orders_below() || self.names_in_doubt()
    }

    fn tells_only_upwards(&self) -> bool {
        !self.posts().iter().any(|post| self.is_below(post))
    }

    fn names_in_doubt(&self) -> bool {
        let cues = &self.speech.cues;
        !cues.report && self.speech.acts.iter().any(|act| matches!(act, Act::Post(Named::OneOf(_) | Named::Nobody(_), _)))
    }

    /// Return and reassignment: whom it should go to, where somebody is named.
    fn addressed(&self, intent: Intent) -> Reading {
        let targets: Vec<PositionCode> = self.posts().into_iter().filter(|post| post != self.place.position).collect();
        Reading::of(intent).ordering(Order { targets, ..Order::default() }).noting(self.text)
    }

    /// Forward and request for guidance.
    fn passed_on(&self, missing: QuestionKind) -> Reading {
        if let Some(unclear) = &self.grouped.unclear {
            return self.asked(unclear.clone());
        }
        let targets: Vec<PositionCode> = self.posts().into_iter().filter(|post| post != self.place.position).collect();
        if targets.is_empty() {
            return self.asked(self.question(missing, Vec::new()));
        }
        if targets.iter().all(|post| self.is_below(post)) {
            return self.asked(self.question(QuestionKind::InstructionMissing, common_instructions()));
        }
        let instructions = self.works();
        Reading::of(Intent::Forward).ordering(Order { targets, instructions, due: Due::Open }).noting(self.text)
    }

    fn told(&self) -> Reading {
        let cues = &self.speech.cues;
        let works = self.works();
        if works.iter().all(|code| *code == I::Approve) && !works.is_empty() {
            return self.alone(Intent::Approve, &works);
        }
        let intent = if cues.report { Intent::FollowUpReport } else { Intent::Acknowledge };
        if intent == Intent::Acknowledge && works.iter().any(|code| code.needs_target()) && self.posts().is_empty() {
            return self.asked(self.question(QuestionKind::TargetMissing, self.subordinates()));
        }
        if intent == Intent::Acknowledge && !works.is_empty() && works.iter().all(|code| !code.needs_target()) {
            return self.without_target(&works);
        }
        if intent == Intent::Acknowledge && cues.question {
            return Reading::of(Intent::Question).noting(self.text);
        }
        Reading::of(intent).noting(self.text)
    }

    fn ordered(&self) -> Reading {
        if let Some(unclear) = &self.grouped.unclear {
            return self.asked(unclear.clone());
        }
        let orders = &self.grouped.orders;
        if self.posts().contains(self.place.position) {
            return self.asked(self.question(QuestionKind::ToOneself, vec![Choice::Instruction(I::SelfAttend)]));
        }
        if orders.iter().any(|order| order.targets.is_empty() && order.instructions.iter().any(|code| code.needs_target())) {
            return self.asked(self.question(QuestionKind::TargetMissing, self.subordinates()));
        }
        if orders.iter().any(|order| {
            !order.targets.is_empty()
                && order.instructions.iter().all(|code| matches!(code, I::Approve | I::Reject | I::SelfAttend))
        }) {
            return self.verdict_with_name();
        }
        if let Some(order) = orders.iter().find(|order| order.due.is_before(self.place.reference)) {
            let question = Unclear { kind: QuestionKind::DueInPast, quoted: order.due.to_string(), choices: Vec::new() };
            return self.asked(question);
        }
        if orders.iter().any(|order| order.instructions.is_empty() && order.targets.iter().any(|post| !self.is_above(post))) {
            return self.asked(self.question(QuestionKind::InstructionMissing, common_instructions()));
        }
        if let Some(range) = &self.speech.cues.unread_deadline {
            let quoted = quote(self.text, range.clone());
            return self.asked(Unclear { kind: QuestionKind::DueUnreadable, quoted, choices: Vec::new() });
        }
        if let Some(choices) = self.two_acts() {
            return self.asked(self.question(QuestionKind::SeveralReadings, choices));
        }
        if let Some(either) = self.either() {
            return self.asked(either);
        }
        let mut reading = Reading::of(Intent::Disposition);
        for order in orders.iter().filter(|order| !order.instructions.is_empty()) {
            reading = reading.ordering(order.clone());
        }
        reading.partners = distinct(self.speech.partners.iter().cloned());
        match left_over(self.text, self.speech) {
            Some(note) => reading.noting(&note),
            None => reading,
        }
    }

    /// "Sekdis teruskan ke ...": an order to pass on, or one that is passed on. A no to the letter and an order about it: what the
    /// no is about is open.
    fn two_acts(&self) -> Option<Vec<Choice>> {
        let no = self.works().contains(&I::Reject) && self.posts().iter().any(|post| self.is_below(post));
        let acts = match (no, self.speech.cues.relay) {
            (true, _) => [Intent::Reject, Intent::Disposition],
            (false, true) => [Intent::Disposition, Intent::Forward],
            (false, false) => return None,
        };
        Some(acts.map(Choice::Act).to_vec())
    }

    /// One of two posts, unless that was settled before.
    fn either(&self) -> Option<Unclear> {
        let (posts, range) = self.speech.either.as_ref()?;
        let quoted = quote(self.text, range.clone());
        let settled = self.place.hints.iter().any(|hint| hint.quoted == quoted);
        (!settled).then(|| Unclear {
            kind: QuestionKind::TargetAmbiguous,
            quoted,
            choices: posts.iter().take(3).cloned().map(Choice::Position).collect(),
        })
    }

    /// "Setuju Pak Sekda" addresses, "ACC Kabid Aptika" leaves open what he should do.
    fn verdict_with_name(&self) -> Reading {
        let works = self.works();
        if self.posts().iter().any(|post| !self.is_above(post)) {
            return self.asked(self.question(QuestionKind::InstructionMissing, common_instructions()));
        }
        self.without_target(&works)
    }

    fn without_order(&self) -> Reading {
        let cues = &self.speech.cues;
        let works = self.works();
        let blocked = self.grouped.unclear.is_some() && self.names_in_doubt();
        if works.iter().any(|code| code.needs_target()) && !cues.report {
            return self.asked(self.question(QuestionKind::TargetMissing, self.subordinates()));
        }
        if !works.is_empty() && !cues.report && !blocked {
            return self.without_target(&works);
        }
        if cues.report {
            return Reading::of(Intent::FollowUpReport).noting(self.text);
        }
        if cues.asks_for_work {
            return self.asked(
                self.question(
                    QuestionKind::SeveralReadings,
                    vec![Choice::Act(Intent::Disposition), Choice::Act(Intent::Question)],
                ),
            );
        }
        if cues.question {
            return Reading::of(Intent::Question).noting(self.text);
        }
        if self.posts().iter().any(|post| self.is_below(post)) && !cues.received {
            return self.asked(self.question(QuestionKind::InstructionMissing, common_instructions()));
        }
        if cues.unable {
            return Reading::of(Intent::UnableToAttend).noting(self.text);
        }
        if (cues.thanks || cues.promise || cues.received) && !cues.orders_withheld {
            return Reading::of(Intent::Acknowledge).noting(self.text);
        }
        if cues.doubtful {
            return self.asked(
                self.question(
                    QuestionKind::SeveralReadings,
                    vec![Choice::Act(Intent::Approve), Choice::Act(Intent::Acknowledge)],
                ),
            );
        }
        self.asked(self.question(QuestionKind::NotUnderstood, Vec::new()))
    }

    /// Approval, rejection, filing, going oneself: they need nobody.
    fn without_target(&self, works: &[I]) -> Reading {
        match works {
            [I::Approve] => self.alone(Intent::Approve, works),
            [I::Reject] => self.alone(Intent::Reject, works),
            _ if works.contains(&I::Approve) && works.contains(&I::Reject) => self.asked(
                self.question(QuestionKind::SeveralReadings, vec![Choice::Act(Intent::Approve), Choice::Act(Intent::Reject)]),
            ),
            _ => self.alone(Intent::Disposition, works),
        }
    }

    fn alone(&self, intent: Intent, works: &[I]) -> Reading {
        let reading = Reading::of(intent).ordering(Order { instructions: works.to_vec(), ..Order::default() });
        match left_over(self.text, self.speech) {
            Some(note) => reading.noting(&note),
            None => reading,
        }
    }

    fn asked(&self, unclear: Unclear) -> Reading {
        Reading { understood: self.grouped.orders.clone(), unclear: Some(unclear), ..Reading::of(Intent::Unclear) }
    }

    fn question(&self, kind: QuestionKind, choices: Vec<Choice>) -> Unclear {
        Unclear { kind, quoted: self.whole(), choices }
    }

    fn subordinates(&self) -> Vec<Choice> {
        self.place.directory.subordinates(self.place.position).iter().take(3).cloned().map(Choice::Position).collect()
    }
}

fn has_target_or_doubt(order: &Order, case: &Case<'_>) -> bool {
    !order.targets.is_empty() || case.names_in_doubt()
}

fn common_instructions() -> Vec<Choice> {
    [I::FollowUp, I::ForInformation, I::Attend].into_iter().map(Choice::Instruction).collect()
}
