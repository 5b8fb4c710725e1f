#[test]
fn placeholder_until_the_table_stands() {}
