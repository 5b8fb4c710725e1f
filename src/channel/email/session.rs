//! One connection to the city's mail server, from the greeting to the answer to a final dot. A mail enters, the server's
//! answer or a [`Fault`] with its phase leaves. A connection is used again only when it is certain where the dialogue stands.
//!
//! The commands are lettre's types; the bytes are ours, because lettre's connection hides whether the final dot was
//! written, upgrades STARTTLS with its own TLS settings, and throws the greeting away (dependencies M1.1 to M1.3).

use super::address::Address;
use super::dial::{Dial, tls_version};
use super::envelope::Envelope;
use super::fault::{Fault, Phase};
use super::offers::Offers;
use super::reply::Reply;
use super::settings::{Security, Timeouts, seconds};
use super::wire::Wire;
use super::wiremail::WireMail;
use crate::domain::abort;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use lettre::transport::smtp::commands::{Ehlo, Mail, Quit, Rcpt, Rset, Starttls};
use lettre::transport::smtp::extension::{ClientId, MailParameter};
use secrecy::ExposeSecret as _;
use tokio::time::Instant;
use tokio_util::either::Either;

/// The named points at which a crash story may end the process, in the order of the dialogue.
pub const ABORT_POINTS: &[&str] = &[
    "smtp.after_connect",
    "smtp.after_ehlo",
    "smtp.after_starttls",
    "smtp.after_auth",
    "smtp.after_mail",
    "smtp.after_rcpt",
    "smtp.after_data",
    "smtp.mid_body",
    "smtp.before_dot",
    "smtp.after_dot",
    "smtp.after_reply",
];

/// An open connection.
pub(super) struct Session {
    wire: Wire,
    timeouts: Timeouts,
    pub(super) offers: Offers,
    pub(super) tls: Option<String>,
    /// Mails that went over it.
    pub(super) served: u32,
    /// When it was last used.
    pub(super) used: Instant,
    /// True only while it is certain that the server waits for a command.
    pub(super) usable: bool,
    /// True where a transaction was left half done.
    pub(super) dirty: bool,
    /// True where answers are still to come, or never will.
    out_of_step: bool,
}

impl Session {
    /// Connects, greets, protects and logs in.
    pub(super) async fn open(dial: &Dial) -> Result<Self, Fault> {
        let tcp = dial.tcp().await?;
        abort::point("smtp.after_connect");
        let implicit = dial.settings.security == Security::Implicit;
        let transport = if implicit { dial.tls(tcp).await? } else { Either::Left(tcp) };
        let mut session = Self {
            tls: tls_version(&transport),
            wire: Wire::new(transport),
            timeouts: dial.settings.timeouts,
            offers: Offers::default(),
            served: 0,
            used: Instant::now(),
            usable: false,
            dirty: false,
            out_of_step: false,
        };
        let greeting = session.wire.reply(Phase::Greeting, seconds(session.timeouts.greeting)).await?;
        expect(greeting, Phase::Greeting, 220)?;
        let hello = dial.settings.hello.clone().map_or_else(ClientId::default, ClientId::Domain);
        session.hello(&hello).await?;
        abort::point("smtp.after_ehlo");
        if dial.settings.security == Security::StartTls {
            session = session.starttls(dial).await?;
            session.hello(&hello).await?;
        }
        session.login(dial).await?;
        session.usable = true;
        Ok(session)
    }

    async fn hello(&mut self, name: &ClientId) -> Result<(), Fault> {
        let reply = self.command(&Ehlo::new(name.clone()).to_string(), Phase::Hello).await?;
        self.offers = Offers::read(&expect(reply, Phase::Hello, 250)?);
        Ok(())
    }

    async fn starttls(mut self, dial: &Dial) -> Result<Self, Fault> {
        if !self.offers.has("STARTTLS") {
            return Err(Fault::NoStartTls);
        }
        let reply = self.command(&Starttls.to_string(), Phase::StartTls).await?;
        expect(reply, Phase::StartTls, 220)?;
        let Either::Left(tcp) = self.wire.into_transport()? else {
            return Err(Fault::Garbled { phase: Phase::StartTls });
        };
        let transport = dial.tls(tcp).await?;
        abort::point("smtp.after_starttls");
        Ok(Self { tls: tls_version(&transport), wire: Wire::new(transport), ..self })
    }

    async fn login(&mut self, dial: &Dial) -> Result<(), Fault> {
        let (Some(user), Some(password)) = (&dial.settings.username, &dial.password) else { return Ok(()) };
        let password = password.expose_secret();
        let reply = if self.offers.logs_in_by("PLAIN") {
            let both = STANDARD.encode(format!("\0{user}\0{password}"));
            self.command(&format!("AUTH PLAIN {both}\r\n"), Phase::Auth).await?
        } else if self.offers.logs_in_by("LOGIN") {
            let asked = self.command("AUTH LOGIN\r\n", Phase::Auth).await?;
            expect(asked, Phase::Auth, 334)?;
            let asked = self.command(&format!("{}\r\n", STANDARD.encode(user)), Phase::Auth).await?;
            expect(asked, Phase::Auth, 334)?;
            self.command(&format!("{}\r\n", STANDARD.encode(password)), Phase::Auth).await?
        } else {
            return Err(Fault::NoAuth);
        };
        expect(reply, Phase::Auth, 235)?;
        abort::point("smtp.after_auth");
        Ok(())
    }

    /// Hands one mail over. Afterwards [`Session::usable`] tells whether the connection may be used again.
    pub(super) async fn deliver(&mut self, envelope: &Envelope, mail: &WireMail) -> Result<Reply, Fault> {
        let commands = envelope.commands(mail, &self.offers)?;
        self.usable = false;
        self.dirty = true;
        self.used = Instant::now();
        self.served += 1;
        let ready =
            if self.offers.has("PIPELINING") { self.ask_at_once(&commands).await } else { self.ask_in_turn(&commands).await };
        if let Err(fault) = ready {
            return Err(self.judge(fault));
        }
        let sent = self.body(mail).await;
        abort::point("smtp.after_reply");
        match sent {
            Ok(reply) => {
                self.usable = true;
                self.dirty = false;
                Ok(reply)
            }
            Err(fault) => Err(self.judge(fault)),
        }
    }

    /// PIPELINING (RFC 2920): one round trip for all three. Every answer is read, so that we know where we are.
    async fn ask_at_once(&mut self, commands: &[(Phase, String); 3]) -> Result<(), Fault> {
        let limit = seconds(self.timeouts.command);
        for (phase, command) in commands {
            self.wire.write(command.as_bytes(), *phase, limit).await?;
        }
        self.wire.flush(Phase::Mail, limit).await?;
        let mut first = None;
        for (phase, _) in commands {
            let reply = self.wire.reply(*phase, self.limit(*phase)).await;
            match reply.and_then(|reply| ready(reply, *phase)) {
                // The server wants a body that nobody is to receive: only closing the connection is certain.
                Ok(()) if first.is_some() && *phase == Phase::Data => self.out_of_step = true,
                Ok(()) => point_after(*phase),
                Err(fault) => {
                    self.out_of_step |= !is_clean(&fault);
                    let over = self.out_of_step;
                    first = first.or(Some(fault));
                    if over {
                        break;
                    }
                }
            }
        }
        first.map_or(Ok(()), Err)
    }

    async fn ask_in_turn(&mut self, commands: &[(Phase, String); 3]) -> Result<(), Fault> {
        for (phase, command) in commands {
            let reply = self.wire.command(command, *phase, self.limit(*phase)).await?;
            ready(reply, *phase)?;
            point_after(*phase);
        }
        Ok(())
    }

    fn limit(&self, phase: Phase) -> std::time::Duration {
        seconds(if phase == Phase::Data { self.timeouts.data } else { self.timeouts.command })
    }

    /// The body, its final dot and the answer to it.
    async fn body(&mut self, mail: &WireMail) -> Result<Reply, Fault> {
        let written = self.write_body(mail).await;
        if written.is_err() || self.wire.has_spoken() {
            // The dot was not written, so nothing was taken over. A server that gave up says so before it closes.
            return Err(match (self.wire.reply(Phase::Body, seconds(2)).await, written) {
                (Ok(reply), _) if reply.code >= 400 => Fault::Replied { phase: Phase::Body, reply },
                (Err(fault), Ok(())) | (_, Err(fault)) => fault,
                (Ok(_), Ok(())) => Fault::Garbled { phase: Phase::Body },
            });
        }
        let limit = seconds(self.timeouts.block);
        self.wire.write(b".\r\n", Phase::Answer, limit).await?;
        self.wire.flush(Phase::Answer, limit).await?;
        abort::point("smtp.after_dot");
        let reply = self.wire.reply(Phase::Answer, seconds(self.timeouts.answer)).await?;
        if reply.code == 250 { Ok(reply) } else { Err(Fault::Replied { phase: Phase::Answer, reply }) }
    }

    async fn write_body(&mut self, mail: &WireMail) -> Result<(), Fault> {
        let limit = seconds(self.timeouts.block);
        for (at, segment) in mail.segments().enumerate() {
            if mail.has_leading_dot() {
                self.wire.write(&stuffed(segment), Phase::Body, limit).await?;
            } else {
                self.wire.write(segment, Phase::Body, limit).await?;
            }
            if at == 0 && abort::is_armed("smtp.mid_body") {
                self.wire.flush(Phase::Body, limit).await?;
                abort::point("smtp.mid_body");
            }
        }
        if abort::is_armed("smtp.before_dot") {
            self.wire.flush(Phase::Body, limit).await?;
            abort::point("smtp.before_dot");
        }
        Ok(())
    }

    /// After a clean answer the connection may be used again, after anything else not.
    fn judge(&mut self, fault: Fault) -> Fault {
        self.usable = is_clean(&fault) && !self.out_of_step;
        fault
    }

    /// Asks whether this sender may write to this recipient, and takes it back: no mail is sent.
    pub(super) async fn may_send(&mut self, sender: &Address, recipient: &Address) -> Result<(), Fault> {
        self.usable = false;
        self.dirty = true;
        let utf8 = if sender.is_ascii() && recipient.is_ascii() { Vec::new() } else { vec![MailParameter::SmtpUtfEight] };
        let sender = Mail::new(Some(sender.to_lettre()), utf8).to_string();
        let recipient = Rcpt::new(recipient.to_lettre(), Vec::new()).to_string();
        for (phase, command) in [(Phase::Mail, sender), (Phase::Rcpt, recipient)] {
            ready(self.command(&command, phase).await?, phase)?;
        }
        self.reset(seconds(self.timeouts.command)).await
    }

    /// RSET: forgets a half-done transaction, and shows whether the server is still there.
    pub(super) async fn reset(&mut self, limit: std::time::Duration) -> Result<(), Fault> {
        self.usable = false;
        let reply = self.wire.command(&Rset.to_string(), Phase::Reset, limit).await?;
        expect(reply, Phase::Reset, 250)?;
        self.usable = true;
        self.dirty = false;
        Ok(())
    }

    /// QUIT, politely but not for long.
    pub(super) async fn quit(mut self) {
        let _ = self.wire.command(&Quit.to_string(), Phase::Reset, seconds(5)).await;
    }

    async fn command(&mut self, command: &str, phase: Phase) -> Result<Reply, Fault> {
        let limit = seconds(self.timeouts.command);
        self.wire.command(command, phase, limit).await
    }
}

fn expect(reply: Reply, phase: Phase, code: u16) -> Result<Reply, Fault> {
    if reply.code == code { Ok(reply) } else { Err(Fault::Replied { phase, reply }) }
}

/// Whether the answer lets the next command follow: any 2xx, but for DATA only 354.
fn ready(reply: Reply, phase: Phase) -> Result<(), Fault> {
    let good = if phase == Phase::Data { reply.code == 354 } else { reply.is_ok() };
    if good { Ok(()) } else { Err(Fault::Replied { phase, reply }) }
}

/// True for an answer after which the server waits for a command: not after 421, for it closes then, not inside a body, and
/// not after an answer that is out of step.
fn is_clean(fault: &Fault) -> bool {
    matches!(fault, Fault::Replied { phase, reply } if *phase != Phase::Body && reply.code != 421 && reply.code >= 400)
}

fn point_after(phase: Phase) {
    match phase {
        Phase::Mail => abort::point("smtp.after_mail"),
        Phase::Rcpt => abort::point("smtp.after_rcpt"),
        _ => abort::point("smtp.after_data"),
    }
}

/// Dots at the start of lines doubled (RFC 5321 4.5.2). A segment begins at the start of a line.
fn stuffed(segment: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(segment.len() + 64);
    for line in segment.split_inclusive(|byte| *byte == b'\n') {
        if line.starts_with(b".") {
            out.push(b'.');
        }
        out.extend_from_slice(line);
    }
    out
}
