-- Read jobs with their stops, by id, as who offers them needs them: nobody is told of whom to call, or of what they wish.
-- $1 job_ids uuid[]
-- The list is behind a subquery: seen, its length would have the statement planned anew each time.
SELECT id, market_id, merchant_id, status, version, last_sequence, attempt, search_round, reference, size_class,
       weight_g, items_count, requirements, vehicles, is_unmixed, fee_cents, currency, created_at, ready_at, due_at,
       release_at, opened_at, search_until, ended_at, offer_id, courier_id, bundle_id, ended_by, reason, extended_until,
       (SELECT jsonb_agg(jsonb_build_object(
              'id', s.id, 'job_id', s.job_id, 'kind', s.kind, 'attempt', s.attempt, 'status', s.status,
              'courier_id', s.courier_id, 'route_position', s.route_position, 'lat_deg', s.lat_deg, 'lng_deg', s.lng_deg,
              'service_s', s.service_s, 'address', s.address, 'arrived_at', s.arrived_at, 'completed_at', s.completed_at,
              'failed_at', s.failed_at, 'failure_reason', s.failure_reason, 'required_proofs', s.required_proofs,
              'given_proofs', s.given_proofs, 'accepted_proofs', s.accepted_proofs, 'waived_proofs', s.waived_proofs,
              'waiver_reason', s.waiver_reason, 'reached_at', s.reached_at, 'contact_name', NULL, 'contact_phone', NULL,
              'instructions', NULL, 'recipient_instructions', NULL, 'safe_place', NULL)
               ORDER BY s.kind, s.attempt)
          FROM stop s WHERE s.job_id = job.id) AS stops
  FROM job WHERE id = ANY(ARRAY(SELECT unnest($1::uuid[]))) ORDER BY id
