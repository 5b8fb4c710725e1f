//! The stories: named people of the invented town act through the doors.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    missing_docs,
    reason = "in a test a panic is the report"
)]

mod print_forms;
mod templates;

#[test]
fn the_house_stands() {
    let ids: Vec<u8> = vec![1];
    assert_eq!(ids.first().copied().unwrap(), ids[0]);
}
