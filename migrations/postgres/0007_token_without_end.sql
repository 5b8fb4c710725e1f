-- When a token ends is decided where it is used, by the letter that it belongs to (flow::act::settle::answerable_until). The column
-- that was to hold it has never been written or read.

ALTER TABLE token DROP COLUMN expires_at;
