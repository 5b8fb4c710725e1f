-- What comes in, what it was taken for, and what officials did.

CREATE TABLE inbound (
    id          UUID NOT NULL PRIMARY KEY,
    source      TEXT NOT NULL CHECK (source IN ('imap','maildir','pipe','telegram')),
    source_key  TEXT NOT NULL,             -- mailbox + UIDVALIDITY + UID, file name, update_id
    sha256      TEXT NOT NULL,
    size        BIGINT NOT NULL,
    raw         BYTEA,                    -- up to 64 kB here, else in the file store under sha256
    state       TEXT NOT NULL CHECK (state IN ('kept','recorded','asked','awaiting_confirmation','comment','held','declined','automatic','bounce','display_notice','unreadable','dead','closed')),
    class       TEXT NOT NULL,             -- empty until judged
    why         TEXT NOT NULL,             -- code of the refusal; empty where there is none
    delivery_id UUID REFERENCES delivery (id),
    letter_id   UUID REFERENCES letter (id),
    employee_number TEXT,                  -- whom it claims or proved to be from
    act_id      UUID,
    detail      TEXT NOT NULL,             -- what was understood, JSON
    tries       BIGINT NOT NULL,
    next_at     BIGINT,                      -- when to judge it (again); NULL when it has its state
    received_at BIGINT NOT NULL,
    settled_at  BIGINT
);
CREATE UNIQUE INDEX inbound_once ON inbound (source, source_key);
CREATE INDEX inbound_due ON inbound (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX inbound_of_letter ON inbound (letter_id);

CREATE TABLE inbound_cursor (
    source       TEXT NOT NULL PRIMARY KEY,  -- 'telegram', or 'imap:' + mailbox
    uid_validity BIGINT NOT NULL,
    position     BIGINT NOT NULL               -- last UID, or next offset
);

CREATE TABLE act (
    id              UUID NOT NULL PRIMARY KEY,
    letter_id       UUID NOT NULL REFERENCES letter (id),
    kind            TEXT NOT NULL,         -- disposition, forward, return, acknowledge, report, approve, reject, file
    employee_number TEXT NOT NULL,
    position_code   TEXT NOT NULL,         -- acted for
    capacity        TEXT NOT NULL,
    delegation_id   UUID,
    via             TEXT NOT NULL CHECK (via IN ('email','telegram')),
    assurance       TEXT NOT NULL,
    inbound_id      UUID,
    delivery_id     UUID NOT NULL REFERENCES delivery (id),  -- what it answers
    order_id        UUID,                 -- the order that it answers
    content_hash    BYTEA NOT NULL,       -- of intent and words: the same answer twice is one act
    body            TEXT NOT NULL,         -- orders, note, quote, JSON
    recorded_at     BIGINT NOT NULL
);
CREATE UNIQUE INDEX act_once ON act (delivery_id, employee_number, content_hash);
CREATE INDEX act_of_letter ON act (letter_id, position_code);

-- One line of a disposition: one target.
CREATE TABLE disposition_order (
    id              UUID NOT NULL PRIMARY KEY,
    act_id          UUID NOT NULL REFERENCES act (id),
    letter_id       UUID NOT NULL REFERENCES letter (id),
    parent_order    UUID REFERENCES disposition_order (id),
    giver_position  TEXT NOT NULL,
    target_position TEXT NOT NULL,
    instructions    TEXT NOT NULL,         -- codes, JSON list
    note            TEXT NOT NULL,
    due_at          BIGINT,
    state           TEXT NOT NULL,         -- issued, delivered, read, in_progress, reported, accepted, returned, completed, recalled
    created_at      BIGINT NOT NULL
);
CREATE INDEX order_of_letter ON disposition_order (letter_id);

-- Telegram buttons: opaque, one-shot, bound to person, position, letter and action.
CREATE TABLE button (
    token_hash      BYTEA NOT NULL PRIMARY KEY,
    delivery_id     UUID NOT NULL REFERENCES delivery (id),
    dialog_id       UUID,
    employee_number TEXT NOT NULL,
    action          TEXT NOT NULL,
    payload         TEXT NOT NULL,         -- JSON
    minted_at       BIGINT NOT NULL,
    used_at         BIGINT,
    answer          TEXT NOT NULL          -- what a second press is told; empty until used
);
CREATE INDEX button_of_delivery ON button (delivery_id);

-- A quick disposition being put together, one a message.
CREATE TABLE dialog (
    id              UUID NOT NULL PRIMARY KEY,
    delivery_id     UUID NOT NULL REFERENCES delivery (id),
    employee_number TEXT NOT NULL,
    chat            BIGINT NOT NULL,
    remote_message  BIGINT,                  -- the Telegram message that is edited in place
    step            TEXT NOT NULL,
    draft           TEXT NOT NULL,         -- JSON
    updated_at      BIGINT NOT NULL,
    ended_at        BIGINT
);
CREATE INDEX dialog_open ON dialog (chat) WHERE ended_at IS NULL;

-- What waits for a person.
CREATE TABLE tray (
    id          UUID NOT NULL PRIMARY KEY,
    unit_code   TEXT,                      -- whose desk; NULL: the administrator's
    code        TEXT NOT NULL,             -- why: a code of the refusals, or of the route
    letter_id   UUID REFERENCES letter (id),
    delivery_id UUID REFERENCES delivery (id),
    inbound_id  UUID REFERENCES inbound (id),
    detail      TEXT NOT NULL,             -- JSON
    opened_at   BIGINT NOT NULL,
    closed_at   BIGINT,
    closed_by   TEXT,
    outcome     TEXT
);
CREATE INDEX tray_open ON tray (unit_code, opened_at) WHERE closed_at IS NULL;

-- Automatic answers per address and day (RFC 3834: never more than needed).
CREATE TABLE answer_count (
    address_hash BYTEA NOT NULL,
    day          TEXT NOT NULL,
    count        BIGINT NOT NULL,
    PRIMARY KEY (address_hash, day)
);
