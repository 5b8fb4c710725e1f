//! Making words fit: cuts at a word, the subject line of rule 13.

/// Characters of a subject line.
pub const SUBJECT_LINE: usize = 78;
/// What stays of a hal at the least before the line is allowed to be longer.
const SHORTEST: usize = 16;

/// The text, or its beginning up to a word and `tail`, at most `limit` characters in all.
pub fn cut(text: &str, limit: usize, tail: &str) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let room = limit.saturating_sub(tail.chars().count());
    let head: String = text.chars().take(room).collect();
    let next_is_space = text.chars().nth(room).is_some_and(char::is_whitespace);
    let at_word = if next_is_space { Some(head.as_str()) } else { head.rsplit_once(char::is_whitespace).map(|(kept, _)| kept) };
    // A first word longer than the room is cut inside.
    let kept = at_word.filter(|kept| kept.chars().count() * 3 >= room).unwrap_or(&head);
    format!("{}{tail}", kept.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | ':' | '-')))
}

/// How far `text` must shrink so that a line of `line` characters fits, never below a readable rest.
pub fn shrunk(text: &str, line: usize, limit: usize) -> String {
    let excess = line.saturating_sub(limit);
    let room = text.chars().count().saturating_sub(excess).max(SHORTEST);
    cut(text, room, "...")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_at_a_word() {
        assert_eq!(cut("Undangan Rapat Koordinasi", 20, "..."), "Undangan Rapat...");
        assert_eq!(cut("Undangan Rapat", 14, "..."), "Undangan Rapat");
        assert_eq!(cut("Undangan Rapat Koordinasi", 17, "..."), "Undangan Rapat...");
        assert_eq!(cut("Rapat, lalu makan bersama", 16, "..."), "Rapat, lalu...");
    }

    #[test]
    fn one_endless_word_is_cut_inside_and_letters_of_any_size_stay_whole() {
        assert_eq!(cut(&"é".repeat(50), 10, "..."), format!("{}...", "é".repeat(7)));
        assert_eq!(cut("abc", 0, "..."), "...");
    }

    proptest::proptest! {
        #[test]
        fn a_cut_never_exceeds_its_limit_and_keeps_the_beginning(text in "\\PC{0,300}", limit in 3_usize..200) {
            let cut = cut(&text, limit, "...");
            proptest::prop_assert!(cut.chars().count() <= limit);
            let head = cut.strip_suffix("...").unwrap_or(&cut);
            proptest::prop_assert!(text.starts_with(head));
        }
    }
}
