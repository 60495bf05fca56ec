-- Record why offers were made.
-- $1 offer_ids uuid[], $2 tick_ids int8[], $3 ats timestamptz[], $4 reasons jsonb[]
INSERT INTO decision (offer_id, tick_id, at, reasons)
SELECT * FROM unnest($1::uuid[], $2::int8[], $3::timestamptz[], $4::jsonb[])
