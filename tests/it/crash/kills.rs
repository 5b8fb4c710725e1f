//! kill -9 at any moment under load.
