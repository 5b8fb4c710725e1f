//! Editing, pop-ups and presses.

use super::*;

#[tokio::test]
async fn a_choice_edits_the_same_message_whatever_kind_it_is() {
    let room = Room::open().await;
    for message in [letter(EKA), with_pdf(letter(EKA))] {
        let placed = room.door.send_text(&message).await.unwrap();
        let next = Keyboard::pairs(vec![button("Tarik", "x1")]).alone(button("Ya, catat 005/123/Setda", "y1"));
        room.door.edit_text(&placed, "<b>Tercatat</b>", &next).await.unwrap();
        let shown = room.phone.last(EKA.0).unwrap();
        assert_eq!((shown.text.as_str(), shown.earlier.len(), shown.keyboard.len()), ("Tercatat", 1, 2));
        assert_eq!(shown.document.is_some(), placed.captioned);
        // The same once more is what it should be already.
        room.door.edit_text(&placed, "<b>Tercatat</b>", &next).await.unwrap();
        room.door.edit_keyboard(&placed, &Keyboard::none()).await.unwrap();
        assert!(room.phone.last(EKA.0).unwrap().keyboard.is_empty());
        assert_eq!(room.phone.last(EKA.0).unwrap().text, "Tercatat");
    }
}

#[tokio::test]
async fn an_answer_stands_under_the_question_and_comes_even_when_that_is_gone() {
    let room = Room::open().await;
    let asked = room.phone.type_text(EKA.0, "Arsip").unwrap();
    for (question, shown) in [(asked, Some(asked)), (4711, None)] {
        let answer = Outgoing { reply_to: Some(question), ..Outgoing::text(EKA, "Tercatat") };
        room.door.send_text(&answer).await.unwrap();
        assert_eq!(room.phone.last(EKA.0).unwrap().reply_to, shown);
    }
}

#[tokio::test]
async fn a_message_that_is_gone_has_its_word() {
    let room = Room::open().await;
    let mut placed = room.door.send_text(&letter(EKA)).await.unwrap();
    placed.message_id = 4711;
    let error = room.door.edit_text(&placed, "x", &Keyboard::none()).await.unwrap_err();
    assert_eq!((error.code(), error.closes_the_chat()), ("message_gone", false));
}

#[tokio::test]
async fn a_press_is_answered_once_and_only_for_a_while() {
    let room = Room::open().await;
    let placed = room.door.send_text(&letter(EKA)).await.unwrap();
    let first = room.phone.press(EKA.0, placed.message_id, "Disposisi").unwrap();
    room.door.answer_callback(&first, Some("Tercatat."), false).await.unwrap();
    let shown = &room.phone.pop_ups()[0];
    assert_eq!((shown.text.as_str(), shown.alert, &shown.callback_id), ("Tercatat.", false, &first));
    let again = room.door.answer_callback(&first, None, false).await.unwrap_err();
    assert_eq!(again.code(), "query_too_old");
    let late = room.phone.press(EKA.0, placed.message_id, "d1").unwrap();
    room.clock.advance(16);
    assert_eq!(room.door.answer_callback(&late, Some("x"), true).await.unwrap_err().code(), "query_too_old");
    assert_eq!(room.phone.press(EKA.0, placed.message_id, "no such button"), None);
}

#[tokio::test]
async fn the_menu_shows_the_commands() {
    let room = Room::open().await;
    room.door.set_commands(&[("bantuan", "Petunjuk"), ("lepas", "Putus tautan Telegram ini")]).await.unwrap();
    assert_eq!(room.phone.commands()[1], ("lepas".to_owned(), "Putus tautan Telegram ini".to_owned()));
    let error = room.door.set_commands(&[("Bantuan!", "x")]).await.unwrap_err();
    assert_eq!(error.code(), "bad_request");
}

#[tokio::test]
async fn the_practice_phone_opens_on_loopback_only() {
    let opened = StandIn::open("0.0.0.0:0".parse().unwrap(), SecretString::from(TOKEN), Wrist::new()).await;
    assert!(opened.unwrap_err().to_string().contains("loopback"));
}
