-- Facts and their chain. A fact is inserted with its own hash; the sealer gives committed facts their number and link.

CREATE TABLE fact (
    id          BLOB NOT NULL PRIMARY KEY,
    event       TEXT NOT NULL,
    letter_id   BLOB,
    delivery_id BLOB,
    body        BLOB NOT NULL,           -- canonical bytes (domain::evidence)
    hash        BLOB NOT NULL,           -- SHA-256 of body
    recorded_at INTEGER NOT NULL,
    seq         INTEGER UNIQUE,               -- gap-free, from 1; NULL until sealed
    link        BLOB                     -- SHA-256(link of seq - 1, hash)
) STRICT;
CREATE INDEX fact_unsealed ON fact (recorded_at, id) WHERE seq IS NULL;
CREATE INDEX fact_of_letter ON fact (letter_id);
CREATE INDEX fact_of_delivery ON fact (delivery_id);
CREATE TRIGGER fact_never_deleted BEFORE DELETE ON fact BEGIN SELECT RAISE(ABORT, 'facts are never deleted'); END;
CREATE TRIGGER fact_never_rewritten BEFORE UPDATE OF id, event, letter_id, delivery_id, body, hash, recorded_at ON fact BEGIN SELECT RAISE(ABORT, 'facts are never rewritten'); END;
CREATE TRIGGER fact_sealed_once BEFORE UPDATE OF seq, link ON fact WHEN OLD.seq IS NOT NULL BEGIN SELECT RAISE(ABORT, 'a fact is sealed once'); END;

-- State of each way out and in, as far as kurir knows.
CREATE TABLE channel_state (
    channel  TEXT NOT NULL PRIMARY KEY,    -- email, telegram, print, imap
    state    TEXT NOT NULL CHECK (state IN ('connected','bad_credentials','throttled','down','paused')),
    cause    TEXT NOT NULL,
    since    INTEGER NOT NULL,
    until_at INTEGER                          -- not to be tried before
) STRICT;
