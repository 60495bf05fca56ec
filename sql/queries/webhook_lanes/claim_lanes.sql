-- Claim so many lanes of each of these endpoints that are due, and no more than leaves it so many at once; return their heads.
-- $1 endpoint_ids uuid[], $2 lanes_counts int8[], $3 calls_counts_max int8[], $4 lease_s float8
WITH clock AS MATERIALIZED (SELECT clock_timestamp() AS now),
due AS (
  SELECT lane.endpoint_id, lane.subject_id
    FROM unnest($1::uuid[], $2::int8[], $3::int8[]) AS asked (endpoint_id, lanes_count, calls_count_max)
   CROSS JOIN LATERAL (
     SELECT l.endpoint_id, l.subject_id FROM webhook_lane l
      WHERE l.endpoint_id = asked.endpoint_id AND l.due_at <= (SELECT now FROM clock)
      ORDER BY l.due_at
      LIMIT greatest(0, least(asked.lanes_count, asked.calls_count_max - (
        SELECT count(*) FROM webhook_lane h
         WHERE h.endpoint_id = asked.endpoint_id AND h.lease_until > (SELECT now FROM clock))))
        FOR UPDATE SKIP LOCKED
   ) lane
   LIMIT 200 -- CLAIMS_COUNT_MAX; of bounds that are no constants the planner thinks so badly that it reads all lanes there ever were
)
UPDATE webhook_lane l
   SET epoch = l.epoch + 1, claims_count = l.claims_count + 1, lease_until = clock.now + make_interval(secs => $4),
       due_at = clock.now + make_interval(secs => $4)
  FROM due CROSS JOIN clock
 CROSS JOIN LATERAL (
   SELECT d.id, d.seq, d.event_id, d.body, d.follows_gap FROM webhook_delivery d
    WHERE d.endpoint_id = due.endpoint_id AND d.subject_id = due.subject_id AND d.status = 'pending'
    ORDER BY d.seq LIMIT 1
 ) head
  JOIN webhook_endpoint e ON e.id = due.endpoint_id
 WHERE l.endpoint_id = due.endpoint_id AND l.subject_id = due.subject_id
RETURNING l.endpoint_id, e.merchant_id, l.subject_id, l.epoch, l.claims_count, head.id AS delivery_id, head.event_id, head.body, e.url,
          clock.now AS claimed_at,
          head.follows_gap OR coalesce((
            SELECT p.status = 'dead' FROM webhook_delivery p
             WHERE p.endpoint_id = l.endpoint_id AND p.subject_id = l.subject_id AND p.seq < head.seq
             ORDER BY p.seq DESC LIMIT 1), false) AS has_gap,
          ARRAY(SELECT s.seed FROM webhook_secret s
                 WHERE s.endpoint_id = l.endpoint_id AND coalesce(s.expires_at > clock.now, true)
                 ORDER BY s.number DESC) AS seeds,
          ARRAY(SELECT s.key_id FROM webhook_secret s
                 WHERE s.endpoint_id = l.endpoint_id AND coalesce(s.expires_at > clock.now, true)
                 ORDER BY s.number DESC) AS key_ids,
          ARRAY(SELECT s.signing FROM webhook_secret s
                 WHERE s.endpoint_id = l.endpoint_id AND coalesce(s.expires_at > clock.now, true)
                 ORDER BY s.number DESC) AS signings
