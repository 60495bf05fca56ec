-- Read jobs with their stops, by id.
-- $1 job_ids uuid[]
-- The list is behind a subquery: seen, its length would have the statement planned anew each time.
SELECT id, market_id, merchant_id, status, version, last_sequence, attempt, search_round, reference, size_class,
       weight_g, items_count, requirements, vehicles, is_unmixed, fee_cents, currency, created_at, ready_at, due_at,
       release_at, opened_at, search_until, ended_at, offer_id, courier_id, bundle_id, ended_by, reason, extended_until, stops
  FROM job_with_stops WHERE id = ANY(ARRAY(SELECT unnest($1::uuid[]))) ORDER BY id
