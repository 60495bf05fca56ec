-- Keep a text that only the keys open with which this database is sealed, unless there is one; return it if it was kept.
-- $1 sealed text
INSERT INTO seal_check (sealed) VALUES ($1) ON CONFLICT DO NOTHING RETURNING sealed
