//! Several processes over one ledger: one leads, all hear, and an answer lost at COMMIT neither loses nor doubles.
