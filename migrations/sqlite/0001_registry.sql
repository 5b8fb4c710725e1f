-- The directory of the city: what `kurir registry import` fills and operators keep.
-- Days are TEXT 'YYYY-MM-DD' of the city; moments are microseconds since 1970 in UTC.

CREATE TABLE unit (
    code         TEXT NOT NULL PRIMARY KEY,
    name         TEXT NOT NULL,
    kind         TEXT NOT NULL CHECK (kind IN ('secretariat','agency','inspectorate','district','village','technical_unit')),
    parent_code  TEXT REFERENCES unit (code),
    address      TEXT NOT NULL,            -- postal address of the office
    route        TEXT NOT NULL,            -- courier route
    place        INTEGER NOT NULL             -- order in the registry
) STRICT;

CREATE TABLE position (
    code          TEXT NOT NULL PRIMARY KEY,
    title         TEXT NOT NULL,
    short_title   TEXT NOT NULL,           -- equal to title where the registry has none
    unit_code     TEXT NOT NULL REFERENCES unit (code),
    superior_code TEXT REFERENCES position (code),
    aliases       TEXT NOT NULL,           -- what people type, separated by ';'
    place         INTEGER NOT NULL
) STRICT;

CREATE TABLE official (
    id              BLOB NOT NULL PRIMARY KEY,
    employee_number TEXT NOT NULL UNIQUE,
    name            TEXT NOT NULL,
    email           TEXT UNIQUE,           -- lower case
    email_state     TEXT NOT NULL CHECK (email_state IN ('verified','bounced','blocked','removed')),
    rank            TEXT NOT NULL,
    grade           TEXT NOT NULL
) STRICT;

CREATE TABLE incumbency (
    id              BLOB NOT NULL PRIMARY KEY,
    position_code   TEXT NOT NULL REFERENCES position (code),
    employee_number TEXT NOT NULL REFERENCES official (employee_number),
    capacity        TEXT NOT NULL CHECK (capacity IN ('definitive','pj')),
    valid_from      TEXT NOT NULL,
    valid_to        TEXT,
    order_number    TEXT NOT NULL,
    UNIQUE (position_code, employee_number, valid_from)
) STRICT;

CREATE TABLE delegation (
    id              BLOB NOT NULL PRIMARY KEY,
    position_code   TEXT NOT NULL REFERENCES position (code),
    employee_number TEXT NOT NULL REFERENCES official (employee_number),
    capacity        TEXT NOT NULL CHECK (capacity IN ('plh','plt')),
    valid_from      TEXT NOT NULL,
    valid_to        TEXT,
    order_number    TEXT NOT NULL,
    order_sha256    TEXT,                  -- file of the order (surat perintah); NULL while it is missing
    includes_secret INTEGER NOT NULL,
    imported        INTEGER NOT NULL,       -- came with an import, so a file that no longer has it says something
    UNIQUE (position_code, employee_number, valid_from)
) STRICT;

CREATE TABLE absence (
    id              BLOB NOT NULL PRIMARY KEY,
    employee_number TEXT NOT NULL REFERENCES official (employee_number),
    valid_from      TEXT NOT NULL,
    valid_to        TEXT,
    reason          TEXT NOT NULL CHECK (reason IN ('leave','study','retired','legal_process','travel','unstated'))
) STRICT;

CREATE TABLE unit_operator (
    id              BLOB NOT NULL PRIMARY KEY,
    unit_code       TEXT NOT NULL REFERENCES unit (code),
    employee_number TEXT NOT NULL REFERENCES official (employee_number),
    role            TEXT NOT NULL CHECK (role IN ('operator','deputy')),
    valid_from      TEXT NOT NULL,
    valid_to        TEXT,
    order_number    TEXT NOT NULL,
    UNIQUE (unit_code, employee_number, valid_from)
) STRICT;

CREATE TABLE holiday (
    day  TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL
) STRICT;

CREATE TABLE recipient_group (
    name          TEXT NOT NULL,           -- "semua camat"
    place         INTEGER NOT NULL,
    position_code TEXT NOT NULL REFERENCES position (code),
    PRIMARY KEY (name, place)
) STRICT;

CREATE TABLE telegram_link (
    id              BLOB NOT NULL PRIMARY KEY,
    employee_number TEXT NOT NULL REFERENCES official (employee_number),
    chat            INTEGER NOT NULL,         -- numeric user id; never a user name
    state           TEXT NOT NULL CHECK (state IN ('verified','bounced','blocked','removed')),
    linked_at       INTEGER NOT NULL,
    ended_at        INTEGER
) STRICT;
CREATE UNIQUE INDEX telegram_link_open_chat ON telegram_link (chat) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX telegram_link_open_person ON telegram_link (employee_number) WHERE ended_at IS NULL;

CREATE TABLE link_code (
    code_hash       BLOB NOT NULL PRIMARY KEY,  -- SHA-256 of the code; the code itself is only in the mail
    employee_number TEXT NOT NULL REFERENCES official (employee_number),
    issued_at       INTEGER NOT NULL,
    expires_at      INTEGER NOT NULL,
    used_at         INTEGER
) STRICT;

-- One row: raised by every change of the tables above, so that a loaded directory knows whether it is still true.
CREATE TABLE directory_version (
    only_row INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
    version  INTEGER NOT NULL
) STRICT;
INSERT INTO directory_version (only_row, version) VALUES (1, 1);

CREATE TABLE setting (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;
