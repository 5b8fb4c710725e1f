-- A later order of the same instruction to the same post, with another date or note, takes the place of the earlier one. Its row
-- names it; what answers the earlier one counts for the later.

ALTER TABLE disposition_order ADD COLUMN corrects BLOB REFERENCES disposition_order (id);
CREATE UNIQUE INDEX order_corrected_once ON disposition_order (corrects);
