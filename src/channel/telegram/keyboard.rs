//! The buttons under a message. What a button carries is an opaque one-shot token; what it means is in the ledger alone.

use crate::domain::clock::Token;
use std::fmt;
use teloxide::types::{InlineKeyboardButton, InlineKeyboardMarkup};

/// What Telegram does not take as a button.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadButton {
    /// The label is empty.
    #[error("a button needs a label")]
    EmptyLabel,
    /// The label does not fit on a phone.
    #[error("a label has {0} characters, at most {max} fit", max = Button::LABEL)]
    LongLabel(usize),
    /// Telegram gives back 1 to 64 bytes.
    #[error("a button carries {0} bytes, between 1 and {max} fit", max = ButtonData::BYTES)]
    DataSize(usize),
}

/// What comes back when the button is pressed. It is as good as a key: `Debug` does not show it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ButtonData(String);

impl ButtonData {
    /// Bytes that Telegram stores with a button.
    pub const BYTES: usize = 64;

    /// Checks the length that teloxide does not check.
    pub fn parse(text: &str) -> Result<Self, BadButton> {
        if (1..=Self::BYTES).contains(&text.len()) { Ok(Self(text.to_owned())) } else { Err(BadButton::DataSize(text.len())) }
    }

    /// The secret itself. Never log it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<&Token> for ButtonData {
    fn from(token: &Token) -> Self {
        Self(token.expose().to_owned())
    }
}

impl fmt::Debug for ButtonData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ButtonData(..)")
    }
}

/// One button.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Button {
    label: String,
    data: ButtonData,
}

impl Button {
    /// Characters of a label that a phone shows. Ordinary labels stay at 22 (a rule of the templates); the confirming
    /// button repeats the letter's number and has a row of its own.
    pub const LABEL: usize = 64;
    /// Characters up to which two labels stand in one row.
    pub const SHORT: usize = 20;
    /// What stands in front of a choice that was taken.
    pub const CHOSEN: &str = "✓ ";

    /// A button with this label.
    pub fn new(label: &str, data: ButtonData) -> Result<Self, BadButton> {
        match label.trim().chars().count() {
            0 => Err(BadButton::EmptyLabel),
            n if n > Self::LABEL => Err(BadButton::LongLabel(n)),
            _ => Ok(Self { label: label.trim().to_owned(), data }),
        }
    }

    /// Whether two such labels fit beside each other. The mark of what was chosen does not count: no row moves under a thumb.
    fn is_short(&self) -> bool {
        self.label.trim_start_matches(Self::CHOSEN).chars().count() <= Self::SHORT
    }

    /// What stands on it.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// What it carries.
    pub const fn data(&self) -> &ButtonData {
        &self.data
    }
}

/// The rows of buttons under one message; without a row the message has no buttons, or loses them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Keyboard(Vec<Vec<Button>>);

impl Keyboard {
    /// Buttons in a row, so that a label is readable on a small phone.
    pub const PER_ROW: usize = 2;

    /// No buttons.
    pub const fn none() -> Self {
        Self(Vec::new())
    }

    /// Two a row where both labels are short, in the order given; a long one stands alone.
    pub fn pairs(buttons: Vec<Button>) -> Self {
        Self::none().and(buttons)
    }

    /// Adds rows of such buttons below.
    #[must_use]
    pub fn and(mut self, buttons: Vec<Button>) -> Self {
        let mut open = false;
        for button in buttons {
            let short = button.is_short();
            match self.0.last_mut() {
                Some(row) if open && short && row.len() < Self::PER_ROW => row.push(button),
                _ => self.0.push(vec![button]),
            }
            open = short;
        }
        self
    }

    /// Adds a button alone on its row: what confirms is not pressed by a thumb that slipped.
    #[must_use]
    pub fn alone(mut self, button: Button) -> Self {
        self.0.push(vec![button]);
        self
    }

    /// The rows.
    pub fn rows(&self) -> &[Vec<Button>] {
        &self.0
    }

    /// True without any button.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(Vec::is_empty)
    }

    /// The same in Telegram's words.
    pub(super) fn markup(&self) -> InlineKeyboardMarkup {
        let button = |one: &Button| InlineKeyboardButton::callback(one.label.clone(), one.data.expose());
        InlineKeyboardMarkup::new(self.0.iter().map(|row| row.iter().map(button).collect::<Vec<_>>()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn button(label: &str) -> Button {
        Button::new(label, ButtonData::parse("abcdefghijklmnopqrstuvwxyz").unwrap()).unwrap()
    }

    #[test]
    fn two_stand_in_a_row_and_the_confirming_one_stands_alone() {
        let keyboard =
            Keyboard::pairs(vec![button("Disposisi"), button("Teruskan"), button("Lainnya")]).alone(button("Ya, catat"));
        let labels: Vec<Vec<&str>> = keyboard.rows().iter().map(|row| row.iter().map(Button::label).collect()).collect();
        assert_eq!(labels, [vec!["Disposisi", "Teruskan"], vec!["Lainnya"], vec!["Ya, catat"]]);
    }

    #[test]
    fn a_long_label_stands_alone_and_a_chosen_one_does_not_move() {
        let labels = |keyboard: &Keyboard| -> Vec<usize> { keyboard.rows().iter().map(Vec::len).collect() };
        let buttons = |first: &str| {
            ["Sekdis Kominfo", first, "Kepala Bidang Aplikasi Informatika", "Kabid IKP", "Lanjut"].map(button).to_vec()
        };
        assert_eq!(labels(&Keyboard::pairs(buttons("Kepala Seksi Infra A"))), [2, 1, 2]);
        assert_eq!(labels(&Keyboard::pairs(buttons("✓ Kepala Seksi Infra A"))), [2, 1, 2]);
        assert_eq!(labels(&Keyboard::pairs(vec![button("Ya")]).and(vec![button("Ubah"), button("Batal")])), [1, 2]);
    }

    #[test]
    fn lengths_are_checked_before_telegram_sees_them() {
        assert_eq!(ButtonData::parse(&"x".repeat(65)), Err(BadButton::DataSize(65)));
        assert_eq!(ButtonData::parse(""), Err(BadButton::DataSize(0)));
        let data = ButtonData::parse(&"x".repeat(64)).unwrap();
        assert_eq!(Button::new(" ", data.clone()), Err(BadButton::EmptyLabel));
        assert_eq!(Button::new(&"é".repeat(65), data), Err(BadButton::LongLabel(65)));
    }

    #[test]
    fn what_a_button_carries_never_shows_in_debug() {
        let keyboard = Keyboard::pairs(vec![Button::new("Terima", ButtonData::parse("canary").unwrap()).unwrap()]);
        assert!(!format!("{keyboard:?}").contains("canary"));
    }
}
