-- Letters, what is said about them to whom, and how it is carried.

CREATE TABLE letter (
    id            BLOB NOT NULL PRIMARY KEY,
    caller_id     TEXT NOT NULL UNIQUE,    -- chosen by the caller; the same id and content is the same letter
    content_hash  BLOB NOT NULL,         -- SHA-256 of letter and files as submitted
    letter_number TEXT NOT NULL,
    urgency       TEXT NOT NULL CHECK (urgency IN ('normal','urgent','immediate')),
    class         TEXT NOT NULL CHECK (class IN ('ordinary','restricted','secret','top_secret')),
    state         TEXT NOT NULL CHECK (state IN ('accepted','settled','recalled')),
    body          TEXT NOT NULL,           -- the letter as JSON of domain::letter::Letter
    accepted_at   INTEGER NOT NULL,
    settled_at    INTEGER
) STRICT;
CREATE INDEX letter_by_number ON letter (letter_number);

CREATE TABLE letter_file (
    letter_id  BLOB NOT NULL REFERENCES letter (id),
    place      INTEGER NOT NULL,              -- 0 is the letter itself
    name       TEXT NOT NULL,
    media_type TEXT NOT NULL,
    sha256     TEXT NOT NULL,              -- key in the file store
    size       INTEGER NOT NULL,
    pages      INTEGER,
    PRIMARY KEY (letter_id, place)
) STRICT;

-- Agenda numbers of the receiving units, without gaps: counter and number are taken in one transaction.
CREATE TABLE agenda_counter (
    unit_code TEXT NOT NULL,
    year      INTEGER NOT NULL,
    last      INTEGER NOT NULL,
    PRIMARY KEY (unit_code, year)
) STRICT;
CREATE TABLE agenda (
    unit_code TEXT NOT NULL,
    year      INTEGER NOT NULL,
    number    INTEGER NOT NULL,
    letter_id BLOB NOT NULL REFERENCES letter (id),
    PRIMARY KEY (unit_code, year, number)
) STRICT;
CREATE UNIQUE INDEX agenda_once ON agenda (letter_id, unit_code);

-- One thing said to one person or body.
CREATE TABLE message (
    id              BLOB NOT NULL PRIMARY KEY,
    letter_id       BLOB REFERENCES letter (id),
    kind            TEXT NOT NULL,         -- name of the template
    role            TEXT NOT NULL CHECK (role IN ('to','cc','notice')),
    recipient       TEXT NOT NULL,         -- position code, unit code, name, or address of an answer
    position_code   TEXT,                  -- the post it is for
    employee_number TEXT,                  -- the person it goes to
    capacity        TEXT,                  -- definitive, pj, plh, plt
    delegation_id   BLOB,
    order_id        BLOB,                 -- the order of a disposition that it carries
    payload         TEXT NOT NULL,         -- what the template needs besides letter and directory, JSON
    created_at      INTEGER NOT NULL
) STRICT;
CREATE INDEX message_of_letter ON message (letter_id);

CREATE TABLE delivery (
    id          BLOB NOT NULL PRIMARY KEY,
    message_id  BLOB NOT NULL REFERENCES message (id),
    letter_id   BLOB REFERENCES letter (id),
    channel     TEXT NOT NULL CHECK (channel IN ('email','telegram','print')),
    address     TEXT NOT NULL,             -- mail address, chat id, or postal party as JSON
    content     TEXT NOT NULL CHECK (content IN ('full','notice')),
    state       TEXT NOT NULL CHECK (state IN ('withheld','queued','sending','deferred','relayed','delivered','telegram_stored','displayed','opened','acknowledged','acted','unknown','refused','bounced','expired','superseded','recalled','claimed','printed','enveloped','dispatched','not_found','returned','cancelled','withdrawn')),
    reason      TEXT NOT NULL,             -- why this channel, a word of domain::routing::RouteReason
    priority    INTEGER NOT NULL,             -- 2 immediate, 1 urgent, 0 normal
    copy_number INTEGER NOT NULL,             -- of secret letters; 0 otherwise
    next_at     INTEGER,                      -- when a worker should look at it; NULL: nothing to do
    held        INTEGER NOT NULL,            -- held by hand in the queue
    tries       INTEGER NOT NULL,
    lease_no    INTEGER NOT NULL,             -- fencing: a late worker with an older number changes nothing
    lease_until INTEGER,
    state_at    INTEGER NOT NULL,
    created_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX delivery_due ON delivery (channel, priority DESC, next_at) WHERE next_at IS NOT NULL;
CREATE INDEX delivery_of_message ON delivery (message_id);
CREATE INDEX delivery_of_letter ON delivery (letter_id);
CREATE INDEX delivery_unsettled ON delivery (state) WHERE state IN ('withheld','queued','sending','deferred','unknown','claimed','printed','enveloped','dispatched','returned');

-- What was prepared once and is sent byte for byte again: personal parts encrypted under a key outside of the database.
CREATE TABLE prepared (
    delivery_id BLOB NOT NULL PRIMARY KEY REFERENCES delivery (id),
    message_ref TEXT NOT NULL,             -- Message-ID without the secret part
    sealed      BLOB NOT NULL,           -- head, tail, return path: AES-256-GCM, nonce first
    parts       TEXT NOT NULL,             -- SHA-256 of the shared encoded parts, JSON list
    sha256      TEXT NOT NULL,             -- of the whole mail
    size        INTEGER NOT NULL,
    created_at  INTEGER NOT NULL
) STRICT;

CREATE TABLE attempt (
    id          BLOB NOT NULL PRIMARY KEY,
    delivery_id BLOB NOT NULL REFERENCES delivery (id),
    number      INTEGER NOT NULL,
    lease_no    INTEGER NOT NULL,
    duplicate   INTEGER NOT NULL,            -- the same bytes a second time, because nobody knows of the first
    started_at  INTEGER NOT NULL,
    ended_at    INTEGER,
    outcome     TEXT CHECK (outcome IN ('delivered','deferred','refused','unknown')),
    code        TEXT,
    answer      TEXT,                      -- the other side's words
    peer        TEXT,
    remote_id   TEXT,
    wire_sha256 TEXT,
    UNIQUE (delivery_id, number)
) STRICT;

-- Secrets that lead back to a delivery: only their SHA-256 stands here.
CREATE TABLE token (
    token_hash  BLOB NOT NULL PRIMARY KEY,
    kind        TEXT NOT NULL CHECK (kind IN ('reply','bounce','download','check')),
    delivery_id BLOB NOT NULL REFERENCES delivery (id),
    expires_at  INTEGER,                      -- NULL while the letter is open
    minted_at   INTEGER NOT NULL
) STRICT;
CREATE INDEX token_of_delivery ON token (delivery_id);

-- What the print desk did with a paper delivery, besides its state.
CREATE TABLE print_step (
    delivery_id BLOB NOT NULL REFERENCES delivery (id),
    number      INTEGER NOT NULL,
    state       TEXT NOT NULL,
    by_whom     TEXT NOT NULL,             -- clerk or courier
    receiver    TEXT NOT NULL,             -- who took it; empty before
    note        TEXT NOT NULL,
    at          INTEGER NOT NULL,
    PRIMARY KEY (delivery_id, number)
) STRICT;
