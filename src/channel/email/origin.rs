//! What our own border says of the From address.
//!
//! A mail and the names of our servers enter, an [`Origin`] leaves. Only the topmost Authentication-Results with exactly
//! one of our names counts. No other header, no key and no text of the mail is ever looked at here.
//!
//! A correct header can still be forged from outside: `MAIL FROM:<"a) ; dmarc=pass header.from=city.example (b"@evil>`
//! lands in the comment of the SPF result and closes it. So the raw text is held to account as well, comments and quotes
//! included: one `dmarc=` and no `auth=` where mail comes in from outside.

use super::authres::{self, AuthResults, MethodResult};
use super::parse::Mail;
use crate::domain::inbound::{Origin, OriginFault};
use serde::{Deserialize, Serialize};

/// The names under which the city's own mail servers write their results (RFC 8601 authserv-id).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BorderSettings {
    /// Name of the server that takes mail from outside. Empty: nothing is ever proven by DMARC.
    pub mx_authserv_id: String,
    /// Name under which the submission server writes `auth=pass`. Better another one; where it is the same, a header that
    /// holds nothing but `auth=` counts as that of the submission server. None: nothing is ever proven by a login.
    pub submission_authserv_id: Option<String>,
}

impl BorderSettings {
    /// One server name for both ways in.
    pub fn one(id: &str) -> Self {
        Self { mx_authserv_id: id.to_owned(), submission_authserv_id: Some(id.to_owned()) }
    }

    /// By which way a mail came whose result `server` wrote; `None` for the servers of others.
    fn way(&self, server: &str, value: &str) -> Option<Way> {
        let submission = self.submission_authserv_id.as_deref().is_some_and(|id| !id.is_empty() && id == server);
        let outside = !self.mx_authserv_id.is_empty() && self.mx_authserv_id == server;
        match (outside, submission) {
            (true, true) if is_login_alone(value) => Some(Way::Submission),
            (true, _) => Some(Way::Outside),
            (false, true) => Some(Way::Submission),
            (false, false) => None,
        }
    }
}

/// No mail from outside comes in without a word on SPF, DKIM or DMARC, so a result that stands alone is of a login.
fn is_login_alone(value: &str) -> bool {
    authres::parse(value).is_some_and(|read| matches!(read.results.as_slice(), [only] if only.method == "auth"))
}

/// Judges the origin of a mail.
pub fn judge(mail: &Mail, border: &BorderSettings) -> Origin {
    let Some(from) = mail.only_from() else { return Origin::TwoFrom };
    let ours = mail.authentication_results().into_iter().find_map(|value| {
        let server = authres::server(&value)?;
        border.way(&server, &value).map(|way| (way, value))
    });
    let Some((way, value)) = ours else { return Origin::NotChecked };
    if mail.headers.is_malformed() {
        return Origin::Failed(OriginFault::Malformed);
    }
    if is_injected(way, &value) {
        return Origin::Failed(OriginFault::Injected);
    }
    let Some(read) = authres::parse(&value) else { return Origin::Failed(OriginFault::Malformed) };
    match way {
        Way::Outside => from_outside(&read, from),
        Way::Submission => from_submission(&read, from),
    }
}

#[derive(Clone, Copy)]
enum Way {
    Outside,
    Submission,
}

/// Whether the raw text holds what our border does not write there.
fn is_injected(way: Way, value: &str) -> bool {
    let (dmarc, auth) = (mentions(value, "dmarc"), mentions(value, "auth"));
    match way {
        Way::Outside => dmarc > 1 || auth > 0,
        Way::Submission => dmarc > 0 || auth != 2,
    }
}

fn from_outside(read: &AuthResults, from: &str) -> Origin {
    let mut verdicts = read.results.iter().filter(|one| one.method == "dmarc");
    match (verdicts.next(), verdicts.next()) {
        (Some(verdict), None) => by_dmarc(verdict, from),
        (None, _) => Origin::Failed(OriginFault::DmarcFailed),
        _ => Origin::Failed(OriginFault::Injected),
    }
}

fn by_dmarc(verdict: &MethodResult, from: &str) -> Origin {
    if verdict.result != "pass" {
        return Origin::Failed(OriginFault::DmarcFailed);
    }
    let domain = from.rsplit_once('@').map_or("", |(_, domain)| domain);
    match verdict.property("header.from") {
        Some(judged) if fits(judged, domain) => Origin::DmarcPass,
        _ => Origin::Failed(OriginFault::FromNotAligned),
    }
}

/// Whether the judged domain is that of From or the organisational domain above it. One label alone is nobody's domain.
fn fits(judged: &str, domain: &str) -> bool {
    let judged = judged.to_ascii_lowercase();
    if judged == domain {
        return true;
    }
    let above = domain.strip_suffix(judged.as_str()).is_some_and(|rest| rest.ends_with('.'));
    above && judged.split('.').filter(|label| !label.is_empty()).count() >= 2
}

/// `auth=pass` counts alone, and only for the mailbox that From names: no border we know compares the two by itself.
fn from_submission(read: &AuthResults, from: &str) -> Origin {
    let [only] = read.results.as_slice() else { return Origin::Failed(OriginFault::Injected) };
    if only.method != "auth" {
        return Origin::Failed(OriginFault::Injected);
    }
    match only.property("smtp.auth") {
        Some(login) if only.result == "pass" && login.to_ascii_lowercase() == from => Origin::SubmissionAuth,
        _ => Origin::Failed(OriginFault::OtherMailbox),
    }
}

/// How often `word` stands in the raw text as a key: followed by `=`, blanks and comment signs between them not counted,
/// and not the tail of a longer word. A dot before it does not make it another word: `smtp.auth=` is one.
fn mentions(value: &str, word: &str) -> usize {
    let lower = value.to_lowercase();
    let mut count = 0;
    let mut rest = lower.as_str();
    while let Some((before, after)) = rest.split_once(word) {
        let whole = !before.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '-' | '_'));
        let mut tail = after.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\\'));
        if tail.starts_with('(') || tail.starts_with('/') {
            // A comment or a version may stand between a key and its sign; whoever writes one there means a key.
            tail = "=";
        }
        count += usize::from(whole && tail.starts_with('='));
        rest = after;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    const MX: &str = "mx.city.example";
    const SUB: &str = "submission.city.example";
    const FROM: &str = "From: Anna <anna@dinas.city.example>";

    fn origin(headers: &str) -> Origin {
        let border = BorderSettings { mx_authserv_id: MX.into(), submission_authserv_id: Some(SUB.into()) };
        judge(&Mail::parse(format!("{headers}\r\n\r\ntext\r\n").as_bytes()).unwrap(), &border)
    }

    fn failed(fault: OriginFault) -> Origin {
        Origin::Failed(fault)
    }

    /// What rspamd writes for honest mail.
    fn honest(header_from: &str) -> String {
        format!(
            "Authentication-Results: {MX};\r\n\tdkim=pass header.d=x header.s=s1 header.b=ZnOEFjmL;\r\n\tspf=pass ({MX}: domain of \"anna=x\"@dinas.city.example designates 192.0.2.10 as permitted sender) smtp.mailfrom=\"anna=x\"@dinas.city.example;\r\n\tdmarc=pass (policy=reject) header.from={header_from}"
        )
    }

    #[test]
    fn honest_mail_is_proven() {
        assert_eq!(origin(&format!("{}\r\n{FROM}", honest("dinas.city.example"))), Origin::DmarcPass);
        assert_eq!(origin(&format!("{}\r\n{FROM}", honest("city.example"))), Origin::DmarcPass, "organisational domain");
        let login = format!(
            "Authentication-Results: {SUB};\r\n\tauth=pass smtp.auth=Anna@Dinas.city.example smtp.mailfrom=anna@dinas.city.example"
        );
        assert_eq!(origin(&format!("{login}\r\n{FROM}")), Origin::SubmissionAuth);
        let null = format!("Authentication-Results: {SUB}; auth=pass smtp.auth=anna@dinas.city.example smtp.mailfrom=");
        assert_eq!(origin(&format!("{null}\r\n{FROM}")), Origin::SubmissionAuth);
    }

    #[test]
    fn nothing_is_proven_without_our_border() {
        let cases = [
            FROM.to_owned(),
            format!("Authentication-Results: mx.evil.example; dmarc=pass header.from=dinas.city.example\r\n{FROM}"),
            format!("Authentication-Results: {MX}.evil.example; dmarc=pass header.from=dinas.city.example\r\n{FROM}"),
            format!("Authentication-Results: x{MX}; dmarc=pass header.from=dinas.city.example\r\n{FROM}"),
            format!("Authentication-Results: ({MX}) other.example; dmarc=pass header.from=dinas.city.example\r\n{FROM}"),
            format!("ARC-Authentication-Results: i=1; {MX}; dmarc=pass header.from=dinas.city.example\r\n{FROM}"),
        ];
        for case in cases {
            assert_eq!(origin(&case), Origin::NotChecked, "{case}");
        }
    }

    #[test]
    fn only_the_topmost_of_ours_counts() {
        let failing = format!(
            "Authentication-Results: {MX}; dmarc=fail reason=\"No valid SPF, No valid DKIM\" header.from=dinas.city.example (policy=reject)"
        );
        let forged = honest("dinas.city.example");
        assert_eq!(origin(&format!("{failing}\r\n{forged}\r\n{FROM}")), failed(OriginFault::DmarcFailed));
        let foreign = "Authentication-Results: mx.evil.example; dmarc=fail header.from=dinas.city.example";
        assert_eq!(origin(&format!("{foreign}\r\n{forged}\r\n{FROM}")), Origin::DmarcPass, "foreign ones are ignored on top too");
        let login = format!("Authentication-Results: {SUB}; auth=pass smtp.auth=other@dinas.city.example");
        assert_eq!(origin(&format!("{login}\r\n{forged}\r\n{FROM}")), failed(OriginFault::OtherMailbox));
    }

    #[test]
    fn results_smuggled_into_our_own_header_are_found() {
        let sender = |local: &str| {
            format!(
                "Authentication-Results: {MX}; dkim=none;\r\n\tspf=pass ({MX}: domain of {local}@evil.example designates 203.0.113.5 as permitted sender) smtp.mailfrom={local}@evil.example; dmarc=none header.from=dinas.city.example\r\n{FROM}"
            )
        };
        for (attack, fault) in [
            (r#""a) ; dmarc=pass header.from=dinas.city.example (b""#, OriginFault::Injected),
            (r#""a) ; auth=pass smtp.auth=anna@dinas.city.example (b""#, OriginFault::Injected),
            (r#""a) ; AUTH = pass smtp.auth=anna@dinas.city.example (b""#, OriginFault::Injected),
            (r#""a) ; dmarc (c) = pass header.from=dinas.city.example (b""#, OriginFault::Injected),
            (r#""a) ; dmarc/1=pass header.from=dinas.city.example (b""#, OriginFault::Injected),
        ] {
            assert_eq!(origin(&sender(attack)), failed(fault), "{attack}");
        }
        // The border wrote no dmarc of its own: the smuggled one is the only one and stands for the wrong domain or unfitting text.
        let alone = format!(
            "Authentication-Results: {MX}; spf=none (a) ; auth=pass smtp.auth=anna@dinas.city.example (b) smtp.helo=x\r\n{FROM}"
        );
        assert_eq!(origin(&alone), failed(OriginFault::Injected));
        let open = format!("Authentication-Results: {MX}; dmarc=pass header.from=dinas.city.example (open\r\n{FROM}");
        assert_eq!(origin(&open), failed(OriginFault::Malformed));
    }

    #[test]
    fn dmarc_for_another_domain_proves_nothing() {
        for judged in ["evil.example", "example", "ty.example", "x.dinas.city.example", "dinas.city.example.evil.example"] {
            assert_eq!(origin(&format!("{}\r\n{FROM}", honest(judged))), failed(OriginFault::FromNotAligned), "{judged}");
        }
        let twice =
            format!("Authentication-Results: {MX}; dmarc=pass header.from=evil.example header.from=dinas.city.example\r\n{FROM}");
        assert_eq!(origin(&twice), failed(OriginFault::FromNotAligned));
    }

    #[test]
    fn a_login_proves_its_own_mailbox_alone_and_only_under_its_own_name() {
        let pass = "auth=pass smtp.auth=anna@dinas.city.example";
        let cases = [
            (format!("{SUB}; auth=pass smtp.auth=eve@dinas.city.example"), OriginFault::OtherMailbox),
            (format!("{SUB}; auth=fail smtp.auth=anna@dinas.city.example"), OriginFault::OtherMailbox),
            (format!("{SUB}; {pass}; {pass}"), OriginFault::Injected),
            (format!("{SUB}; {pass}; dmarc=pass header.from=dinas.city.example"), OriginFault::Injected),
            (format!("{SUB}; spf=pass"), OriginFault::Injected),
            (format!("{SUB}; {pass} smtp.auth=eve@dinas.city.example"), OriginFault::Injected),
            (format!("{MX}; {pass}"), OriginFault::Injected),
        ];
        for (value, fault) in cases {
            assert_eq!(origin(&format!("Authentication-Results: {value}\r\n{FROM}")), failed(fault), "{value}");
        }
    }

    #[test]
    fn one_name_for_both_ways_is_told_apart_by_what_stands_there() {
        let one = |value: &str| {
            let mail = format!("Authentication-Results: {MX}; {value}\r\n{FROM}\r\n\r\n");
            judge(&Mail::parse(mail.as_bytes()).unwrap(), &BorderSettings::one(MX))
        };
        assert_eq!(one("auth=pass smtp.auth=anna@dinas.city.example"), Origin::SubmissionAuth);
        assert_eq!(one("auth=pass smtp.auth=eve@dinas.city.example"), failed(OriginFault::OtherMailbox));
        assert_eq!(one("dkim=none; dmarc=pass header.from=city.example"), Origin::DmarcPass);
        assert_eq!(one("spf=none (a) ; auth=pass smtp.auth=anna@dinas.city.example"), failed(OriginFault::Injected));
        assert_eq!(one("auth=pass smtp.auth=anna@dinas.city.example; spf=none"), failed(OriginFault::Injected));
    }

    proptest::proptest! {
        /// Whatever stands in the only header of ours, a proof needs its words in it.
        #[test]
        fn no_proof_comes_from_nothing(text in "[ -~\t]{0,200}") {
            let outside = origin(&format!("Authentication-Results: {MX}; {text}\r\n{FROM}"));
            proptest::prop_assert!(!outside.is_proven() || text.to_lowercase().contains("dmarc"));
            let inside = origin(&format!("Authentication-Results: {SUB}; {text}\r\n{FROM}"));
            proptest::prop_assert!(!inside.is_proven() || text.to_lowercase().contains("smtp.auth"));
        }

        /// A stranger chooses what stands in a comment and in a property of our own header, but never closes with a proof.
        #[test]
        fn what_a_stranger_writes_into_our_header_never_proves(
            local in r#"[a-z"()\\;= .]{0,40}(dmarc=pass|auth=pass|dmarc =pass|dmarc\(x\)=pass|smtp\.auth=anna@dinas\.city\.example|header\.from=dinas\.city\.example)[a-z"()\\;= .]{0,40}"#,
        ) {
            let value = format!("{MX}; spf=pass ({MX}: domain of {local}@evil.example designates x) smtp.mailfrom={local}@evil.example; dmarc=fail header.from=dinas.city.example");
            let judged = origin(&format!("Authentication-Results: {value}\r\n{FROM}"));
            proptest::prop_assert!(!judged.is_proven());
        }
    }

    #[test]
    fn two_from_and_unsure_headers_prove_nothing() {
        let good = honest("dinas.city.example");
        assert_eq!(origin(&format!("{good}\r\n{FROM}\r\nFrom: eve@evil.example")), Origin::TwoFrom);
        assert_eq!(origin(&format!("{good}\r\nFrom: eve@evil.example, anna@dinas.city.example")), Origin::TwoFrom);
        assert_eq!(origin(&format!("{good}\r\n{FROM}\r\nSubject: a\rFrom: eve@evil.example")), failed(OriginFault::Malformed));
    }
}
