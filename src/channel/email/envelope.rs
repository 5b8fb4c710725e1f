//! Whom a mail goes to and where its reports come back: an envelope and a server's offers enter, commands leave.

use super::address::Address;
use super::fault::{Fault, Phase};
use super::offers::Offers;
use super::wiremail::WireMail;
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{MailBodyParameter, MailParameter, RcptParameter};

/// The envelope of one mail to one person.
#[derive(Debug, Clone)]
pub struct Envelope {
    /// Where reports come back to (VERP); `None` is the empty path, to which nobody answers.
    pub return_path: Option<Address>,
    /// The recipient.
    pub to: Address,
    /// Id by which delivery reports name this mail (RFC 3461 4.4): at most 100 printable ASCII characters.
    pub envid: String,
}

impl Envelope {
    /// MAIL, RCPT and DATA for this mail, or why it cannot even be asked.
    pub(super) fn commands(&self, mail: &WireMail, offers: &Offers) -> Result<[(Phase, String); 3], Fault> {
        let size = mail.size();
        if let Some(limit) = offers.size_limit().filter(|limit| *limit < size) {
            return Err(Fault::TooBig { limit, size });
        }
        let addresses = [Some(&self.to), self.return_path.as_ref()];
        let utf8 = mail.has_eight_bit() || !addresses.into_iter().flatten().all(Address::is_ascii);
        if utf8 && !offers.has("SMTPUTF8") {
            return Err(Fault::NoUtf8);
        }
        let sender = Mail::new(self.return_path.as_ref().map(Address::to_lettre), self.mail_parameters(mail, offers, utf8));
        let recipient = Rcpt::new(self.to.to_lettre(), self.rcpt_parameters(offers));
        Ok([(Phase::Mail, sender.to_string()), (Phase::Rcpt, recipient.to_string()), (Phase::Data, Data.to_string())])
    }

    fn mail_parameters(&self, mail: &WireMail, offers: &Offers, utf8: bool) -> Vec<MailParameter> {
        let other = |keyword: &str, value: &str| MailParameter::Other { keyword: keyword.into(), value: Some(value.into()) };
        let mut parameters = Vec::new();
        if offers.has("SIZE") {
            parameters.push(MailParameter::Size(usize::try_from(mail.size()).unwrap_or(usize::MAX)));
        }
        if utf8 {
            parameters.push(MailParameter::SmtpUtfEight);
        }
        if mail.has_eight_bit() && offers.has("8BITMIME") {
            parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
        }
        if offers.has("DSN") {
            parameters.push(other("RET", "HDRS"));
            if is_envid(&self.envid) {
                parameters.push(other("ENVID", &self.envid));
            }
        }
        parameters
    }

    fn rcpt_parameters(&self, offers: &Offers) -> Vec<RcptParameter> {
        let other = |keyword: &str, value: String| RcptParameter::Other { keyword: keyword.into(), value: Some(value) };
        let mut parameters = Vec::new();
        if offers.has("DSN") {
            parameters.push(other("NOTIFY", "SUCCESS,FAILURE,DELAY".into()));
            if self.to.is_ascii() {
                parameters.push(other("ORCPT", format!("rfc822;{}", self.to.expose())));
            }
        }
        parameters
    }
}

fn is_envid(text: &str) -> bool {
    (1..=100).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic())
}
