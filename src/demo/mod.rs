//! (to be written)

pub mod town;
