-- List the offers of a market that were made in a span of market time, oldest first; of more than so many, some that are spread over the span.
-- $1 market_id text, $2 from_at timestamptz, $3 to_at timestamptz, $4 limit_count int8
SELECT id, market_id, courier_id, bundle_id, status, mode, job_ids, stop_ids, legs, pay, created_at, sent_at,
       acknowledged_at, seen_at, answered_at, expires_at, ttl_s, answer, policy_version, dispatch_epoch, tick_id
  FROM offer
 WHERE id IN (SELECT id
                FROM (SELECT id, row_number() OVER (ORDER BY created_at, id) AS number FROM offer
                       WHERE market_id = $1 AND created_at >= $2 AND created_at < $3) made
               ORDER BY reverse(number::bit(32)::text) LIMIT $4)
 ORDER BY created_at, id
