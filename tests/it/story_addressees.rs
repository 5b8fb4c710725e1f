//! Whom a letter may name and from whom it may come: copies, groups with exceptions, units, people outside, outside bodies.

use crate::servers::engines::on_both_engines;
use crate::town::Town;
use crate::town::letters::{letter, outside, recipient};
use crate::town::seen::plain;
use jiff::civil::{date, datetime};
use kurir::domain::delivery::{Channel, DeliveryState};
use kurir::domain::letter::{Addressee, Event, Letter, LetterKind, OutsideSender, ReceiptWay, RecipientRole, Sender};

const ASEP: &str = "asep.hidayatulloh@diskominfo.sukamaju.example";
const HENDRA: &str = "hendra.wirasena@inspektorat.sukamaju.example";
const SEKDA: &str = "sekda@sukamaju.example";
const ADE: &str = "lurah.bantarjati@suratkita.example";
const NINING: &str = "lurah.pasirmukti@suratkita.example";
const OPERATOR_SETDA: &str = "operator.setda@setda.sukamaju.example";
const OPERATOR_UMUM: &str = "operator.umum@setda.sukamaju.example";
const RW: &str = "Ketua RW 04 Pasirmulya";

/// "Semua Lurah, kecuali Lurah Pasirmulya", a unit, somebody at an address, and a copy.
fn circular() -> Letter {
    let except = vec!["LURAH-PSM".parse().unwrap()];
    let mut letter = letter(&[]);
    letter.kind = LetterKind::Circular;
    letter.recipients = vec![
        recipient(RecipientRole::To, Addressee::Group { name: "semua-lurah".into(), except }),
        recipient(RecipientRole::To, Addressee::Unit("SETDA".parse().unwrap())),
        recipient(RecipientRole::To, outside(RW, "Jl. Kenanga No. 4, Sukamaju 17922")),
        recipient(RecipientRole::Cc, Addressee::Position("INSPEKTUR".parse().unwrap())),
    ];
    letter
}

on_both_engines! {
    async fn a_circular_reaches_a_group_a_unit_an_outsider_and_a_copy(database: Database) {
        let town = Town::open(database).await;
        let accepted = town.submit(&circular()).await;
        town.run_until_idle().await;
        assert_eq!(
            town.lines(accepted.id).await,
            [
                "letter INSPEKTUR email full primary_channel relayed",
                "letter Ketua RW 04 Pasirmulya print full unregistered queued",
                "letter LURAH-BTJ email full primary_channel relayed",
                "letter LURAH-CPK email full primary_channel relayed",
                "letter LURAH-PSK email full primary_channel relayed",
                "letter SETDA email full primary_channel relayed",
            ]
        );
        // The evidence lists whom the group stood for on this day.
        let mut listed: Vec<String> = town.facts(accepted.id, "Routed").await.iter().map(|fact| fact["recipient"].as_str().unwrap().to_owned()).collect();
        listed.sort();
        assert_eq!(listed, ["INSPEKTUR", "Ketua RW 04 Pasirmulya", "LURAH-BTJ", "LURAH-CPK", "LURAH-PSK", "SETDA"]);

        let copy = plain(&town.mail_of(HENDRA));
        assert!(copy.contains("Tembusan naskah dinas") && copy.contains("Tidak ada tindak lanjut yang diminta"), "{copy}");
        assert!(town.mail_of(HENDRA).headers("Subject")[0].starts_with("Tembusan: "), "{:?}", town.mail_of(HENDRA).headers("Subject"));
        let unit = plain(&town.mail_of(OPERATOR_SETDA));
        assert!(unit.starts_with("Yth. Operator Sekretariat Daerah"), "{unit}");
        assert!(plain(&town.mail_of(NINING)).starts_with("Yth. Pj. Lurah Pasirmukti"), "{}", plain(&town.mail_of(NINING)));
        let paper = town.print_entry(accepted.id, RW).await;
        assert!(paper.ticket.contains("Yth. Ketua RW 04 Pasirmulya") && paper.ticket.contains("Jl. Kenanga No. 4, Sukamaju 17922"), "{}", paper.ticket);

        // Every receiving unit counts for itself, and everybody reads his own unit's number.
        let second = town.submit(&{
            let mut one = letter(&["LURAH-BTJ"]);
            one.recipients.push(recipient(RecipientRole::To, Addressee::Unit("SETDA".parse().unwrap())));
            one
        }).await;
        town.run_until_idle().await;
        let third = town.submit(&letter(&["LURAH-BTJ"])).await;
        town.run_until_idle().await;
        let numbers = |accepted: &kurir::flow::accept::Accepted| accepted.agenda.iter().map(|(unit, (year, number))| format!("{number}/{unit}/{year}")).collect::<Vec<_>>();
        assert_eq!(numbers(&accepted), ["1/ITKO/2026", "1/KEL-BTJ/2026", "1/KEL-CPK/2026", "1/KEL-PSK/2026", "1/SETDA/2026"]);
        assert_eq!(numbers(&second), ["2/KEL-BTJ/2026", "2/SETDA/2026"]);
        assert_eq!(numbers(&third), ["3/KEL-BTJ/2026"]);
        for (address, number) in [(HENDRA, "1/ITKO/2026"), (ADE, "3/KEL-BTJ/2026"), (OPERATOR_SETDA, "2/SETDA/2026")] {
            let text = plain(&town.mail_of(address));
            assert!(text.contains(&format!("Nomor agenda : {number}")), "{address} reads {number}: {text}");
        }
        town.finish_with(&[DeliveryState::Queued]).await;
    }

    /// A letter of a company comes by post, is registered, and is answered on paper by a letter that refers to it.
    async fn an_outside_bodys_letter_is_registered_and_answered(database: Database) {
        let town = Town::open(database).await;
        let mut incoming = letter(&["SEKDA"]);
        incoming.letter_number = "017/DIR/XII/2026".into();
        incoming.sender = Sender::Outside(OutsideSender {
            name: "PT Tirta Jernih Abadi".into(),
            address: "Jl. Industri No. 3, Sukamaju 17930".into(),
            way: ReceiptWay::Post,
            received: date(2026, 12, 7),
            registered_by: "BAGUM".parse().unwrap(),
        });
        let accepted = town.submit(&incoming).await;
        town.run_until_idle().await;
        let units: Vec<String> = accepted.agenda.keys().map(ToString::to_string).collect();
        assert_eq!(units, ["BAGUM", "SETDA"], "who registers it counts it too");
        let read = town.mail_of(SEKDA);
        assert!(plain(&read).contains("Dari         : PT Tirta Jernih Abadi"), "{}", plain(&read));
        assert!(plain(&read).contains("Nomor agenda : 1/SETDA/2026"), "{}", plain(&read));
        // It was not for him: the unit that registered it hears of it, since the company has no mailbox here.
        town.official(SEKDA).reply(&read, "Kami kembalikan, karena bukan kewenangan kami.").await;
        town.run_until_idle().await;
        let lines = town.lines(accepted.id).await;
        assert!(lines.iter().any(|line| line.starts_with("returned ")), "{lines:?}");

        let mut answer = letter(&[]);
        answer.answers = Some(incoming.letter_number.clone());
        answer.sender = Sender::Unit("BAGUM".parse().unwrap());
        answer.recipients.push(recipient(RecipientRole::To, outside("PT Tirta Jernih Abadi", "Jl. Industri No. 3, Sukamaju 17930")));
        let answered = town.submit(&answer).await;
        town.run_until_idle().await;
        assert_eq!(town.lines(answered.id).await, ["letter PT Tirta Jernih Abadi print full unregistered queued"]);
        let stored = town.house().store.read().await.unwrap().letter(answered.id).await.unwrap().unwrap();
        assert_eq!(stored.letter.answers.as_deref(), Some("017/DIR/XII/2026"));
        assert!(town.mails_of(OPERATOR_UMUM).iter().all(|mail| !plain(mail).contains("dicetak karena")), "paper was asked for, so nobody is warned");
        town.finish_with(&[DeliveryState::Queued]).await;
    }

    async fn an_invitation_says_when_and_where(database: Database) {
        let town = Town::open(database).await;
        let asep = town.linked(ASEP, 7001).await;
        let mut invitation = letter(&["KADIS-KOMINFO", "CAMAT-MKW"]);
        invitation.kind = LetterKind::Invitation;
        invitation.event = Some(Event { starts: datetime(2026, 12, 10, 9, 0, 0, 0), ends: Some(datetime(2026, 12, 10, 11, 30, 0, 0)), place: "Ruang Rapat Balai Kota".into() });
        let id = town.submit(&invitation).await.id;
        let mut open = letter(&["KADIS-PUPR"]);
        open.kind = LetterKind::Invitation;
        open.event = Some(Event { starts: datetime(2026, 12, 10, 13, 0, 0, 0), ends: None, place: "Aula Setda".into() });
        town.submit(&open).await;
        town.run_until_idle().await;
        let brought = town.mail_of(ASEP);
        let text = plain(&brought);
        for words in ["Hari   : Kamis, 10 Desember 2026", "Pukul  : 09.00 s.d. 11.30 WIB", "Tempat : Ruang Rapat Balai Kota"] {
            assert!(text.contains(words), "{words}: {text}");
        }
        let acting = plain(&town.mail_of("eka.nurjanah@kec-mekarwangi.sukamaju.example"));
        assert!(acting.contains("diundang sebagai Plh. Camat Mekarwangi"), "{acting}");
        let until = plain(&town.mail_of("joko.purnomosidi@dpupr.sukamaju.example"));
        assert!(until.contains("Pukul  : 13.00 WIB s.d. selesai") && until.contains("Tempat : Aula Setda"), "{until}");
        let shown = asep.with(&invitation.letter_number).text;
        assert!(shown.contains("Kamis, 10 Desember 2026, pukul 09.00 s.d. 11.30 WIB") && shown.contains("Ruang Rapat Balai Kota"), "{shown}");
        // What the invitation says he may answer is understood.
        town.official(ASEP).reply(&brought, "Saya hadir").await;
        town.run_until_idle().await;
        let acts = town.acts(id).await;
        assert_eq!(acts.len(), 1, "{:?}", town.last_inbound().await);
        assert_eq!(acts[0].body["own"][0], "self_attend", "{}", acts[0].body);
        assert_eq!(town.delivery(id, "KADIS-KOMINFO", Channel::Email).await.state, DeliveryState::Acted);
        assert!(text.contains("\n  Wakili Sekretaris Dinas Komunikasi dan Informatika"), "{text}");
        town.official(ASEP) .reply(&brought, "Wakili Sekretaris Dinas Komunikasi dan Informatika").await;
        town.run_until_idle().await;
        let orders = town.orders(id).await;
        assert_eq!((orders[0].target.as_str(), orders[0].instructions.join(" ").as_str()), ("SEKDIS-KOMINFO", "represent"), "{:?}", town.last_inbound().await);
        town.finish().await;
    }
}
