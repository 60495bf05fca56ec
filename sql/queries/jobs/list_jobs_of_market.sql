-- List a market's jobs, newest first, before a cursor; all statuses when none is named.
-- $1 market_id text, $2 statuses job_status[], $3 before_id uuid, $4 limit_count int8
SELECT id, market_id, merchant_id, status, version, last_sequence, attempt, search_round, reference, size_class,
       weight_g, items_count, requirements, vehicles, is_unmixed, fee_cents, currency, created_at, ready_at, due_at,
       release_at, opened_at, search_until, ended_at, offer_id, courier_id, bundle_id, ended_by, reason, extended_until, stops
  FROM job_with_stops
 WHERE market_id = $1 AND (cardinality($2::job_status[]) = 0 OR status = ANY($2)) AND ($3::uuid IS NULL OR id < $3)
 ORDER BY id DESC LIMIT $4
