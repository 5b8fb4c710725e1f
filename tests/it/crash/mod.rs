//! The process really dies: at every named point between two stages, and at any moment under load. Afterwards the outside
//! world (mailboxes, phone, spool) and the record show one effect, or a second one that was recorded as possible.

mod administered;
mod disk;
mod doors;
mod full_disk;
mod inward;
mod kills;
mod office;
mod outward;
mod points;
mod replicas;
mod restart;
