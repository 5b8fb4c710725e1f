//! The door against the practice phone.
