-- What the files of a registry no longer have may be given a last day: positions and groups as well as dated rows.

ALTER TABLE position ADD COLUMN valid_to TEXT;          -- last day; NULL while it is not closed
ALTER TABLE recipient_group ADD COLUMN valid_to TEXT;   -- last day of the group, the same in each of its rows
