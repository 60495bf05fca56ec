-- List a merchant's jobs that have not ended, newest first, before a cursor.
-- $1 merchant_id uuid, $2 before_id uuid, $3 limit_count int8
SELECT id, market_id, merchant_id, status, version, last_sequence, attempt, search_round, reference, size_class,
       weight_g, items_count, requirements, vehicles, is_unmixed, fee_cents, currency, created_at, ready_at, due_at,
       release_at, opened_at, search_until, ended_at, offer_id, courier_id, bundle_id, ended_by, reason, extended_until, stops
  FROM job_with_stops WHERE merchant_id = $1 AND ended_at IS NULL AND ($2::uuid IS NULL OR id < $2)
 ORDER BY id DESC LIMIT $3
