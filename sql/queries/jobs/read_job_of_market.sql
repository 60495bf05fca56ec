-- Read a job of this market's.
-- $1 job_id uuid, $2 market_id text
SELECT id, market_id, merchant_id, status, version, last_sequence, attempt, search_round, reference, size_class,
       weight_g, items_count, requirements, vehicles, is_unmixed, fee_cents, currency, created_at, ready_at, due_at,
       release_at, opened_at, search_until, ended_at, offer_id, courier_id, bundle_id, ended_by, reason, extended_until, stops
  FROM job_with_stops WHERE id = $1 AND market_id = $2
