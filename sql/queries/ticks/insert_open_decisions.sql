-- Record why jobs were offered to nobody.
-- $1 tick_id int8, $2 at timestamptz, $3 job_ids uuid[], $4 outcomes outcome[], $5 reasons jsonb[]
INSERT INTO decision (tick_id, at, job_id, outcome, reasons)
SELECT $1, $2, * FROM unnest($3::uuid[], $4::outcome[], $5::jsonb[])
