-- Facts and their chain. A fact is inserted with its own hash; the sealer gives committed facts their number and link.

CREATE TABLE fact (
    id          UUID NOT NULL PRIMARY KEY,
    event       TEXT NOT NULL,
    letter_id   UUID,
    delivery_id UUID,
    body        BYTEA NOT NULL,           -- canonical bytes (domain::evidence)
    hash        BYTEA NOT NULL,           -- SHA-256 of body
    recorded_at BIGINT NOT NULL,
    seq         BIGINT UNIQUE,               -- gap-free, from 1; NULL until sealed
    link        BYTEA                     -- SHA-256(link of seq - 1, hash)
);
CREATE INDEX fact_unsealed ON fact (recorded_at, id) WHERE seq IS NULL;
CREATE INDEX fact_of_letter ON fact (letter_id);
CREATE INDEX fact_of_delivery ON fact (delivery_id);
CREATE FUNCTION fact_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN RAISE EXCEPTION 'facts are never deleted'; END IF;
    IF NEW.id IS DISTINCT FROM OLD.id OR NEW.event IS DISTINCT FROM OLD.event OR NEW.letter_id IS DISTINCT FROM OLD.letter_id
        OR NEW.delivery_id IS DISTINCT FROM OLD.delivery_id OR NEW.body IS DISTINCT FROM OLD.body
        OR NEW.hash IS DISTINCT FROM OLD.hash OR NEW.recorded_at IS DISTINCT FROM OLD.recorded_at THEN
        RAISE EXCEPTION 'facts are never rewritten';
    END IF;
    IF OLD.seq IS NOT NULL THEN RAISE EXCEPTION 'a fact is sealed once'; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER fact_guard BEFORE UPDATE OR DELETE ON fact FOR EACH ROW EXECUTE FUNCTION fact_guard();

-- State of each way out and in, as far as kurir knows.
CREATE TABLE channel_state (
    channel  TEXT NOT NULL PRIMARY KEY,    -- email, telegram, print, imap
    state    TEXT NOT NULL CHECK (state IN ('connected','bad_credentials','throttled','down','paused')),
    cause    TEXT NOT NULL,
    since    BIGINT NOT NULL,
    until_at BIGINT                          -- not to be tried before
);
