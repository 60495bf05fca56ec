-- Insert a new job.
-- $1 job_id uuid, $2 market_id text, $3 merchant_id uuid, $4 status job_status, $5 version int8, $6 last_sequence int8, $7 reference text, $8 size_class size_class, $9 weight_g int4, $10 items_count int4, $11 requirements requirement[], $12 vehicles vehicle[], $13 fee_cents int4, $14 currency text, $15 created_at timestamptz, $16 ready_at timestamptz, $17 due_at timestamptz, $18 release_at timestamptz, $19 opened_at timestamptz, $20 search_until timestamptz, $21 is_unmixed bool
INSERT INTO job (id, market_id, merchant_id, status, version, last_sequence, reference, size_class, weight_g,
                 items_count, requirements, vehicles, fee_cents, currency, created_at, ready_at, due_at, release_at,
                 opened_at, search_until, is_unmixed)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
