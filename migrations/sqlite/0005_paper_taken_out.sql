-- Print jobs that were replaced, cancelled or answered elsewhere are taken out of the spool folder once. Without a mark every look
-- at them would begin with the oldest, and they never leave their state.

ALTER TABLE delivery ADD COLUMN taken_out INTEGER NOT NULL DEFAULT 0;   -- nothing of it can be in the spool folder any more
CREATE INDEX delivery_to_take_out ON delivery (id) WHERE channel = 'print' AND state IN ('superseded','cancelled','withdrawn') AND NOT taken_out;
