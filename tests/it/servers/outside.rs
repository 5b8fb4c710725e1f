//! The world outside the city: invented domains with SPF, DMARC and a DKIM key, and mails signed with it.
//!
//! The signature (RFC 6376, relaxed/relaxed, RSA-2048) is made here in a few lines, and judged by rspamd, who has its own code.

use super::talk::with_crlf;
use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use aws_lc_rs::{digest, rand};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use std::sync::OnceLock;

/// The address outside servers connect from; every [`Domain`]'s SPF permits it and no other.
pub const OUTSIDE_IP: &str = "192.0.2.10";

/// One key serves all invented domains of a test process: making it is the slow part.
static KEY: OnceLock<KeyPair> = OnceLock::new();

/// An outside domain with proper records.
#[derive(Debug, Clone)]
pub struct Domain {
    /// Its name.
    pub name: String,
}

impl Domain {
    /// The TXT records the domain publishes.
    pub fn records(&self) -> [(String, String); 3] {
        let der = key().public_key().as_der().unwrap();
        let public = BASE64.encode(der.as_ref());
        let name = &self.name;
        [
            (name.clone(), format!("v=spf1 ip4:{OUTSIDE_IP} -all")),
            (format!("_dmarc.{name}"), "v=DMARC1; p=reject; adkim=r; aspf=r".to_owned()),
            (format!("s1._domainkey.{name}"), format!("v=DKIM1; k=rsa; p={public}")),
        ]
    }

    /// The mail with a DKIM-Signature of this domain on top.
    pub fn sign(&self, raw: &[u8]) -> Vec<u8> {
        let raw = with_crlf(raw);
        let split = raw.windows(4).position(|bytes| bytes == b"\r\n\r\n").expect("a mail has headers and a body");
        let headers = unfold(&String::from_utf8_lossy(&raw[..split + 2]));
        let body = relaxed_body(&String::from_utf8_lossy(&raw[split + 4..]));
        let names: Vec<&str> = headers.iter().map(|(name, _)| name.as_str()).filter(|name| SIGNED.contains(name)).collect();
        let body_hash = BASE64.encode(digest::digest(&digest::SHA256, body.as_bytes()));
        let fields =
            format!("v=1; a=rsa-sha256; c=relaxed/relaxed; d={}; s=s1; h={}; bh={body_hash}; b=", self.name, names.join(":"));
        let found = names.iter().filter_map(|wanted| headers.iter().find(|(name, _)| name == wanted));
        let mut lines: Vec<String> = found.map(|(name, value)| format!("{name}:{value}")).collect();
        lines.push(format!("dkim-signature:{fields}"));
        let signed = lines.join("\r\n");
        let mut signature = vec![0; key().public_modulus_len()];
        key().sign(&RSA_PKCS1_SHA256, &rand::SystemRandom::new(), signed.as_bytes(), &mut signature).unwrap();
        let mut mail = format!("DKIM-Signature: {fields}{}\r\n", BASE64.encode(signature)).into_bytes();
        mail.extend(&raw);
        mail
    }
}

const SIGNED: [&str; 9] = ["from", "to", "cc", "subject", "date", "message-id", "reply-to", "in-reply-to", "references"];

fn key() -> &'static KeyPair {
    KEY.get_or_init(|| KeyPair::generate(KeySize::Rsa2048).unwrap())
}

/// Names in lower case, values unfolded with single blanks.
fn unfold(headers: &str) -> Vec<(String, String)> {
    let unfolded = headers.replace("\r\n ", " ").replace("\r\n\t", " ");
    unfolded
        .lines()
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.trim().to_lowercase(), value.split_whitespace().collect::<Vec<_>>().join(" ")))
        .collect()
}

/// Blanks folded to one, none at line ends, no empty lines at the end.
fn relaxed_body(body: &str) -> String {
    let lines: Vec<String> = body.split("\r\n").map(relaxed_line).collect();
    let kept = lines.iter().rposition(|line| !line.is_empty()).map_or(0, |last| last + 1);
    let mut relaxed = lines[..kept].join("\r\n");
    if kept > 0 {
        relaxed.push_str("\r\n");
    }
    relaxed
}

fn relaxed_line(line: &str) -> String {
    let mut relaxed = String::new();
    for letter in line.trim_end_matches([' ', '\t']).chars() {
        match letter {
            ' ' | '\t' if relaxed.ends_with(' ') => {}
            ' ' | '\t' => relaxed.push(' '),
            other => relaxed.push(other),
        }
    }
    relaxed
}

#[test]
fn relaxed_bodies_are_those_of_rfc_6376_3_4_5() {
    assert_eq!(relaxed_body(" C \r\nD \t E\r\n\r\n\r\n"), " C\r\nD E\r\n");
    assert_eq!(relaxed_body("\r\n\r\n"), "");
}
