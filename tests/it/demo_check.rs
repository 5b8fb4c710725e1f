//! `kurir demo --check`, played twice and computed again by others: openssl reads the mails, SQL counts the rows, the chain is
//! walked by this test's own code, the paper and the phones are looked at where they lie. Nothing here calls kurir's functions.

mod chain;
mod flips;
mod folder;
mod tokens;

use folder::Run;
use serde_json::{Value, json};
use std::process::Command;

/// The address that seals the practice room's mails.
const SEALER: &str = "naskah@kurir.tirtasari.example";

/// Lines of JSON, whatever their order.
fn sorted(values: impl IntoIterator<Item = Value>) -> Vec<String> {
    let mut lines: Vec<String> = values.into_iter().map(|value| value.to_string()).collect();
    lines.sort();
    lines
}

fn told(run: &Run, name: &str) -> Vec<String> {
    sorted(run.told[name].as_array().unwrap().clone())
}

#[tokio::test]
async fn every_figure_of_the_story_is_computed_again_from_its_folder() {
    let run = Run::play("check");
    let mut sql = run.sql().await;
    assert_eq!(run.told["letters"], json!(sql.number("SELECT count(*) FROM letter").await));
    let deliveries = sql.objects(
        "SELECT json_object('recipient', m.recipient, 'channel', d.channel, 'state', d.state, 'reason', d.reason) \
         FROM delivery d JOIN message m ON m.id = d.message_id WHERE m.kind IN ('letter', 'disposition_received')",
    );
    assert_eq!(told(&run, "deliveries"), sorted(deliveries.await));
    let acts = sql.objects(
        "SELECT json_object('by', o.name, 'for', a.position_code, 'intent', a.kind, 'assurance', a.assurance, \
           'via', CASE i.source WHEN 'telegram' THEN 'telegram' WHEN 'maildir' THEN 'email' END, \
           'capacity', coalesce((SELECT capacity FROM delegation WHERE position_code = a.position_code AND employee_number = o.employee_number), \
             (SELECT capacity FROM incumbency WHERE position_code = a.position_code AND employee_number = o.employee_number AND valid_to IS NULL))) \
         FROM act a JOIN official o ON o.employee_number = a.employee_number JOIN inbound i ON i.id = a.inbound_id",
    );
    assert_eq!(told(&run, "acts"), sorted(acts.await));
    let seconds = run.told["seconds"].as_f64().unwrap();
    assert!(seconds > 0.0 && seconds <= run.wall, "{seconds} s are told, {} s went by", run.wall);
    assert_eq!(run.named(), ["acts", "deliveries", "evidence", "letters", "print_jobs", "refused", "seconds"]);
}

#[tokio::test]
async fn the_chain_of_the_story_is_walked_by_other_code() {
    let run = Run::play("chain");
    let rows = run.sql().await.facts().await;
    let length = chain::walk(&rows).unwrap_or_else(|complaint| panic!("{complaint}"));
    assert_eq!(run.told["evidence"], json!({ "facts": length, "verified": true }));
    // The walk would say so: a planted change is found where it is.
    let mut planted = rows.clone();
    planted[9].body[30] ^= 1;
    assert!(chain::walk(&planted).unwrap_err().starts_with("fact 10:"));
    planted = rows;
    planted.swap(4, 5);
    assert!(chain::walk(&planted).is_err());
}

#[tokio::test]
async fn every_mail_of_the_story_is_accepted_by_openssl_and_is_the_one_that_was_recorded() {
    let run = Run::play("mails");
    let mails = run.mails();
    let mut sql = run.sql().await;
    let delivered = "SELECT count(*) FROM attempt a JOIN delivery d ON d.id = a.delivery_id WHERE d.channel = 'email' AND a.outcome = 'delivered'";
    assert_eq!(sql.number(delivered).await, i64::try_from(mails.len()).unwrap());
    for mail in &mails {
        let whose = format!(
            "SELECT count(*) FROM delivery WHERE lower(hex(id)) = '{}' AND json_extract(address, '$.email') = '{}'",
            mail.delivery, mail.mailbox
        );
        assert_eq!(sql.number(&whose).await, 1, "{} lies in the mailbox of {}", mail.delivery, mail.mailbox);
        let checked = Command::new("openssl")
            .args([
                "cms",
                "-verify",
                "-purpose",
                "smimesign",
                "-x509_strict",
                "-verify_email",
                SEALER,
                "-out",
                "/dev/null",
                "-CAfile",
            ])
            .arg(run.folder.join("ca.pem"))
            .arg("-in")
            .arg(&mail.file)
            .output()
            .unwrap();
        assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
        let wire = chain::sha256_hex(mail.as_sent());
        let fact = format!(
            "SELECT count(*) FROM fact WHERE event = 'RelayToNonERDS' AND lower(hex(delivery_id)) = '{}' AND CAST(body AS TEXT) LIKE '%{wire}%'",
            mail.delivery
        );
        assert_eq!(sql.number(&fact).await, 1, "the evidence of {} names other bytes", mail.delivery);
    }
    let told = run.told["deliveries"].as_array().unwrap();
    let by_mail = told.iter().filter(|one| one["channel"] == "email").count();
    let carried = mails.iter().filter(|mail| mail.is_document()).count();
    assert_eq!(by_mail, carried, "letters and dispositions by mail");
}

#[tokio::test]
async fn paper_phones_and_refusals_of_the_story_lie_where_it_says() {
    let run = Run::play("paper");
    let mut sql = run.sql().await;
    let mut jobs = Vec::new();
    for ticket in run.tickets() {
        let id = ticket["delivery"].as_str().unwrap().trim_start_matches("krm-").to_owned();
        let row = format!(
            "SELECT json_object('recipient', m.recipient, 'state', d.state) FROM delivery d JOIN message m ON m.id = d.message_id \
             WHERE lower(hex(d.id)) = '{id}'"
        );
        let mut job = sql.objects(&row).await.pop().expect("a row for every job in the tray");
        job["reason"] = ticket["reason"].clone();
        jobs.push(job);
    }
    assert_eq!(told(&run, "print_jobs"), sorted(jobs));
    let told_phones = run.told["deliveries"].as_array().unwrap().iter().filter(|one| one["channel"] == "telegram").count();
    let letters = run.phone_messages().into_iter().filter(|message| message["document"]["file_name"].is_string()).count();
    assert_eq!(told_phones, letters, "letters on the phones");
    let forged = run.received().into_iter().filter(|raw| raw.contains("dmarc=fail"));
    let forged = forged.map(|raw| json!({ "from": folder::header(&raw, "From"), "why": "dmarc_failed" }));
    assert_eq!(told(&run, "refused"), sorted(forged));
    // Content of the secret letter is on paper alone; not even its number is in a mail.
    let secret: Vec<_> = run.mails().into_iter().filter(|mail| mail.mailbox == "hotman.sitorus@itda.tirtasari.example").collect();
    let [notice] = secret.as_slice() else { panic!("{} mails to the inspector", secret.len()) };
    assert!(notice.text().contains("Ada surat tertutup"));
    assert!(!notice.text().contains("application/pdf") && !notice.text().contains("R/7/"));
}

#[tokio::test]
async fn two_runs_share_no_token() {
    let (one, two) = (Run::play("first"), Run::play("second"));
    let (mine, yours) = (tokens::outside(&one), tokens::outside(&two));
    for (kind, found) in &mine {
        assert!(!found.is_empty(), "no {kind} was found: the comparison would say nothing");
        let shared: Vec<_> = found.intersection(&yours[kind]).collect();
        assert!(shared.is_empty(), "{kind}: {shared:?}");
        assert_eq!(found.len(), yours[kind].len(), "{kind}: the same story");
    }
}
