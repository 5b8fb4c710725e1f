//! Officials at their phones.

use super::Town;
use super::record::official_number;
use kurir::demo::telegram::{Person, PhoneMessage};
use kurir::flow::administer::issue_link;

/// An official's phone.
pub struct Handset<'a> {
    town: &'a Town,
    /// His chat.
    pub chat: i64,
}

impl Town {
    /// A phone whose owner has not linked it.
    pub fn phone(&self, chat: i64) -> Handset<'_> {
        self.phone.register(&Person::named(chat, "Pejabat Sukamaju"));
        Handset { town: self, chat }
    }

    /// Links the phone of the person with this address: the code comes by signed mail and is typed into the chat.
    pub async fn linked(&self, address: &str, chat: i64) -> Handset<'_> {
        let handset = self.phone(chat);
        let code = self.link_code(address).await;
        self.phone.start(chat, Some(&code));
        self.run_until_idle().await;
        handset
    }

    /// Has a link code sent, and reads it in the mailbox.
    pub async fn link_code(&self, address: &str) -> String {
        let number = official_number(self, address).await;
        issue_link(self.house(), &number).await.unwrap();
        self.run_until_idle().await;
        let text = self.mail_of(address).text();
        let code = text
            .split_whitespace()
            .find(|word| word.len() == 12 && word.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()));
        code.unwrap_or_else(|| panic!("no code in {text}")).to_owned()
    }
}

impl Handset<'_> {
    /// The newest message of the bot.
    #[track_caller]
    pub fn last(&self) -> PhoneMessage {
        self.town.phone.last(self.chat).expect("a message of the bot")
    }

    /// All messages of the bot, oldest first.
    pub fn all(&self) -> Vec<PhoneMessage> {
        self.town.phone.messages(self.chat).into_iter().filter(|message| message.from_bot).collect()
    }

    /// The newest message of the bot that has this text.
    #[track_caller]
    pub fn with(&self, text: &str) -> PhoneMessage {
        let found = self.all().into_iter().rfind(|message| message.text.contains(text));
        found.unwrap_or_else(|| panic!("no message with {text} in {:#?}", self.texts()))
    }

    /// The texts of the bot.
    pub fn texts(&self) -> Vec<String> {
        self.all().into_iter().map(|message| message.text).collect()
    }

    /// The newest message as it stands on the screen: its words and the rows of its buttons.
    pub fn screen(&self) -> String {
        let message = self.last();
        let row = |row: &Vec<kurir::demo::telegram::PhoneButton>| {
            row.iter().map(|one| format!("[ {} ]", one.label)).collect::<Vec<_>>().join(" ")
        };
        let rows: Vec<String> = message.keyboard.iter().map(row).collect();
        let file = message.document.map(|file| format!("\n<{}>", file.file_name)).unwrap_or_default();
        format!("{}{file}\n{}", message.text, rows.join("\n"))
    }

    /// Presses the button whose label begins so under a message, and lets what follows happen.
    pub async fn press(&self, message: &PhoneMessage, label: &str) {
        let newest = self.all().into_iter().find(|one| one.message_id == message.message_id).unwrap();
        let button = newest.keyboard.iter().flatten().find(|button| button.label.trim_start_matches("✓ ").starts_with(label));
        let button = button.unwrap_or_else(|| panic!("no button {label} in {:?}", newest.keyboard));
        self.town.phone.press(self.chat, message.message_id, &button.data).expect("the button is there");
        self.town.run_until_idle().await;
    }

    /// Types a text and lets what follows happen.
    pub async fn types(&self, text: &str) {
        self.town.phone.type_text(self.chat, text).unwrap();
        self.town.run_until_idle().await;
    }

    /// What popped up last.
    pub fn pop_up(&self) -> String {
        self.town.phone.pop_ups().last().map(|pop| pop.text.clone()).unwrap_or_default()
    }
}
