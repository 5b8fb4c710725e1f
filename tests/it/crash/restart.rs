//! Starting, stopping, and what the doors say when they are shut.
