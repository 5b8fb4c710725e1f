//! Replies as officials write them: to the mails that kurir itself made, with the border's word, an order to somebody below,
//! a signature and the quoted letter.

use super::place::BORDER;
use super::town;
use anyhow::{Context as _, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::path::Path;

/// What a mail of ours says to who answers it.
#[derive(Debug)]
struct Letter {
    reply_to: String,
    message_id: String,
}

/// The newest mail in the mailbox of a post, read as a mail program reads it: by its header.
fn letter(office: &Path, number: usize) -> Result<Letter> {
    let mailbox = office.join(town::address(number)).join("new");
    let entry = std::fs::read_dir(&mailbox).with_context(|| format!("no mail for official {number}"))?.next();
    let path = entry.with_context(|| format!("no mail for official {number}"))??.path();
    let text = String::from_utf8(std::fs::read(&path)?).context("a mail of ours")?;
    std::fs::remove_file(&path)?;
    let head = text.split("\r\n\r\n").next().unwrap_or_default().replace("\r\n ", " ");
    let field = |name: &str| {
        let value = head.lines().find_map(|line| line.strip_prefix(name)).context("a field of our mail")?;
        let inside = value.rsplit_once('<').map_or(value, |(_, inside)| inside);
        Ok::<_, anyhow::Error>(inside.trim_matches([' ', '>', '\r']).to_owned())
    };
    Ok(Letter { reply_to: field("Reply-To:")?, message_id: field("Message-ID:")? })
}

/// The reply of one official, as the border hands it in; `size` counts the text.
pub fn reply(office: &Path, (number, round): (usize, usize), size: usize, attachment: usize) -> Result<Vec<u8>> {
    let letter = letter(office, number)?;
    let from = town::address(number);
    let domain = from.rsplit_once('@').map_or("", |(_, domain)| domain);
    let words = order(number);
    let quoted = "> Penyampaian laporan triwulan kepada seluruh perangkat daerah, paling lambat akhir pekan.\r\n";
    let quotation = quoted.repeat((size / quoted.len()).max(1));
    let text = format!("{words}\r\n\r\nPada 24 November 2026 09.00, Kurir Kota Contoh menulis:\r\n{quotation}");
    let kind = if attachment > 0 { "multipart/mixed; boundary=\"=_lampiran\"" } else { "text/plain; charset=utf-8" };
    let mut mail = format!(
        "Authentication-Results: {BORDER}; dmarc=pass header.from={domain}\r\nFrom: {from}\r\nTo: {}\r\n\
         Subject: Re: Penyampaian laporan triwulan\r\nMessage-ID: <b{round}.{number}@{domain}>\r\nIn-Reply-To: <{}>\r\n\
         MIME-Version: 1.0\r\nContent-Type: {kind}\r\n\r\n",
        letter.reply_to, letter.message_id
    )
    .into_bytes();
    if attachment == 0 {
        mail.extend_from_slice(text.as_bytes());
        return Ok(mail);
    }
    mail.extend_from_slice(format!("--=_lampiran\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n--=_lampiran\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=\"laporan.bin\"\r\n\r\n").as_bytes());
    // 57 bytes are a line of 76 characters.
    for line in town::noise(attachment, number + 1).chunks(57) {
        mail.extend_from_slice(STANDARD.encode(line).as_bytes());
        mail.extend_from_slice(b"\r\n");
    }
    mail.extend_from_slice(b"--=_lampiran--\r\n");
    Ok(mail)
}

/// What the writer orders: heads somebody below, whoever has nobody below says that he has it.
fn order(number: usize) -> &'static str {
    match number % 50 {
        0 => "TL Kabid Alfa, lapor Jumat",
        2 => "TL Kasi Alfa2, lapor Jumat",
        _ => "Siap, saya terima",
    }
}
