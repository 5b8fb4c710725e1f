//! The Telegram door against the stand-in of the Bot API, and both against aiogram, a client that others wrote.

mod aiogram;
mod crash;
mod dialogue;
mod outcomes;
mod updates;

use jiff::{SignedDuration, Timestamp};
use kurir::{
    channel::telegram::{Button, ButtonData, ChatId, Document, Keyboard, Outgoing, Pace, Telegram, TelegramSettings},
    demo::telegram::{Person, Phone, StandIn},
    domain::clock::Clock,
};
use secrecy::SecretString;
use std::sync::{Arc, Mutex};

const TOKEN: &str = "7000000001:CANARY-token_of_the_practice_bot";
const EKA: ChatId = ChatId(5001);

/// A clock that moves only by hand.
#[derive(Debug)]
struct Wrist(Mutex<Timestamp>);

impl Wrist {
    fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new("2026-11-24T01:00:00Z".parse().unwrap())))
    }

    fn advance(&self, seconds: i64) {
        *self.0.lock().unwrap() += SignedDuration::from_secs(seconds);
    }
}

impl Clock for Wrist {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

/// The stand-in, a person with a phone, and the door.
struct Room {
    stand_in: StandIn,
    phone: Phone,
    door: Telegram,
    clock: Arc<Wrist>,
}

impl Room {
    /// With a pace that never stands in the way.
    async fn open() -> Self {
        Self::with(Pace { overall: 1000, per_chat: 1000, chat_window_ms: 1000 }, 30).await
    }

    async fn with(pace: Pace, request_timeout_seconds: u64) -> Self {
        let clock = Wrist::new();
        let stand_in = stand_in(&clock).await;
        let settings = TelegramSettings { api_url: stand_in.url(), pace, request_timeout_seconds, ..Default::default() };
        let door = Telegram::new(settings, &SecretString::from(TOKEN), Arc::clone(&clock) as Arc<dyn Clock>).unwrap();
        let phone = stand_in.phone();
        phone.register(&Person::named(EKA.0, "Eka Nurjanah"));
        phone.start(EKA.0, Some("kode-5001"));
        Self { stand_in, phone, door, clock }
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

async fn stand_in(clock: &Arc<Wrist>) -> StandIn {
    // Another test may have been first.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let clock = Arc::clone(clock) as Arc<dyn Clock>;
    StandIn::open("127.0.0.1:0".parse().unwrap(), SecretString::from(TOKEN), clock).await.unwrap()
}

fn button(label: &str, data: &str) -> Button {
    Button::new(label, ButtonData::parse(data).unwrap()).unwrap()
}

fn letter(chat: ChatId) -> Outgoing {
    Outgoing {
        keyboard: Keyboard::pairs(vec![button("Disposisi", "d1"), button("Teruskan", "t1"), button("Sudah saya terima", "s1")]),
        ..Outgoing::text(chat, "<b>[SEGERA] Undangan Rapat</b>\nDari: BPBD &amp; Setda")
    }
}

fn with_pdf(letter: Outgoing) -> Outgoing {
    let bytes: Arc<[u8]> = [b"%PDF-1.7\r\n--boundary\r\n".as_slice(), &[0, 159, 146, 150]].concat().into();
    Outgoing { document: Some(Document { file_name: "Surat undangan é.pdf".into(), bytes }), ..letter }
}
