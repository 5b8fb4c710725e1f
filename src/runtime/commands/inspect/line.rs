//! One line of `kurir inspect`: everything that was understood of one file.

use crate::channel::email::bounce::delivery_report;
use crate::channel::email::parse::Mail;
use crate::domain::codes::PositionCode;
use crate::domain::directory::Directory;
use crate::domain::inbound::{Assurance, Claims, InboundState, MailClass};
use crate::domain::instruction::{Intent, Reading};
use crate::domain::reply_text::ReplyText;
use crate::flow::receive::{Scene, Slice, Understood, Verdict, reading, understand};
use serde::Serialize;
use std::collections::BTreeMap;

/// The answer for one file; its fields are the contract of the command.
#[derive(Debug, Default, Serialize)]
pub struct Line {
    file: String,
    class: Option<&'static str>,
    from: Option<String>,
    subject: Option<String>,
    reply_text: Option<String>,
    elided: Option<String>,
    signature: Option<String>,
    attachments: Vec<File>,
    bounce: Vec<Report>,
    letter_token: Option<String>,
    authentic: bool,
    authenticity: Authenticity,
    intent: &'static str,
    instructions: Vec<&'static str>,
    targets: Vec<PositionCode>,
    due: Option<String>,
    decision: &'static str,
    why: Option<&'static str>,
    problems: Vec<String>,
}

#[derive(Debug, Serialize)]
struct File {
    name: String,
    content_type: String,
    size: usize,
    sha256: String,
}

#[derive(Debug, Serialize)]
struct Report {
    recipient: String,
    status: String,
    permanent: bool,
}

#[derive(Debug, Default, Serialize)]
struct Authenticity {
    standing: &'static str,
    checks: BTreeMap<&'static str, &'static str>,
}

impl Line {
    /// A file that is not read: what the daemon would keep raw and put into the administrator's tray.
    pub fn unread(file: String, why: &'static str, told: &str) -> Self {
        Self {
            file,
            intent: Intent::None.as_str(),
            authenticity: Authenticity { standing: Assurance::Unproven.as_str(), checks: BTreeMap::new() },
            decision: named(InboundState::Unreadable),
            why: Some(why),
            problems: vec![told.to_owned()],
            ..Self::default()
        }
    }

    /// A mail, understood.
    pub fn of(file: String, mail: &Mail, answered: Option<&Slice>, scene: Scene<'_>) -> Self {
        let understood = understand(mail, answered, scene);
        let (state, why) = understood.verdict.outcome();
        let claims = &understood.claims;
        let line = Self {
            file,
            class: Some(claims.class.as_str()),
            from: claims.from.clone(),
            subject: Some(mail.subject.clone()),
            bounce: reports(mail, claims.class),
            letter_token: claims.token.as_ref().map(|found| found.token.expose().to_owned()),
            authentic: is_authentic(claims, &scene.city.directory),
            authenticity: authenticity(&understood),
            intent: Intent::None.as_str(),
            decision: named(state),
            why: Some(why).filter(|why| !why.is_empty()),
            problems: mail.problems().iter().map(|problem| problem.as_str().to_owned()).collect(),
            ..Self::default()
        };
        if claims.class.may_act() { line.written_by_a_person(mail, &understood, answered, scene) } else { line }
    }

    fn written_by_a_person(self, mail: &Mail, understood: &Understood, answered: Option<&Slice>, scene: Scene<'_>) -> Self {
        let parts = ReplyText::of(mail.text());
        let said = said(mail, understood, answered, scene);
        let attachments = mail.files().map(|file| File {
            name: file.name.clone(),
            content_type: file.content_type.clone(),
            size: file.size(),
            sha256: file.sha256.clone(),
        });
        Self {
            reply_text: Some(understood.reply.clone()),
            elided: Some(parts.elided_text(mail.text())),
            signature: Some(parts.signature_text(mail.text())),
            attachments: attachments.collect(),
            intent: said.intent.as_str(),
            instructions: said.instructions().iter().map(|code| code.as_str()).collect(),
            targets: said.targets(),
            due: Some(said.due().to_string()).filter(|due| !due.is_empty()),
            ..self
        }
    }
}

/// The name of what would be done, by the state that the inbound item would end in.
const fn named(state: InboundState) -> &'static str {
    match state {
        InboundState::Recorded => "act",
        InboundState::Asked => "ask_back",
        InboundState::AwaitingConfirmation => "challenge",
        InboundState::Comment => "note",
        InboundState::Declined => "decline",
        InboundState::Held | InboundState::Unreadable => "quarantine",
        InboundState::Automatic => "automatic",
        InboundState::Bounce => "bounce",
        InboundState::DisplayNotice => "display_notice",
        InboundState::Kept | InboundState::Dead | InboundState::Closed => state.as_str(),
    }
}

/// What a person's mail says: as it was read for the decision, else as it would be read from the post it was sent to, else
/// from the writer's own. Without a registry there is no post, and names resolve to nothing.
fn said(mail: &Mail, understood: &Understood, answered: Option<&Slice>, scene: Scene<'_>) -> Reading {
    if let Verdict::Proven { reading, .. } = &understood.verdict {
        return Reading::clone(reading);
    }
    let directory = &scene.city.directory;
    let own = || {
        let sender = directory.official_by_email(understood.claims.from.as_deref()?)?;
        let posts = directory.posts_of(&sender.number, scene.city.calendar.day(scene.received_at));
        posts.first().map(|(post, _)| post.code.clone())
    };
    let nobody = || "NOBODY".parse().ok();
    let position: Option<PositionCode> = answered.and_then(|one| one.position.clone()).or_else(own).or_else(nobody);
    position.map_or_else(|| Reading::of(Intent::None), |position| reading(&understood.reply, mail, &position, scene))
}

/// Whether From is one address of a registered person, and proven. It says nothing of the token.
fn is_authentic(claims: &Claims, directory: &Directory) -> bool {
    claims.origin.is_proven() && claims.from.as_deref().is_some_and(|from| directory.official_by_email(from).is_some())
}

fn authenticity(understood: &Understood) -> Authenticity {
    let standing = match &understood.verdict {
        Verdict::Proven { actor, .. } => actor.assurance(),
        Verdict::Unproven { .. } | Verdict::Machine(_) => Assurance::Unproven,
    };
    // Signatures of officials are not verified yet.
    let checks = understood.claims.checks().into_iter().chain([("smime", "not_checked")]).collect();
    Authenticity { standing: standing.as_str(), checks }
}

fn reports(mail: &Mail, class: MailClass) -> Vec<Report> {
    if class != MailClass::Bounce {
        return Vec::new();
    }
    let reports = delivery_report(mail).recipients.into_iter().map(|one| Report {
        recipient: one.recipient,
        status: one.status,
        permanent: one.permanent,
    });
    reports.collect()
}
