-- Sum up by span how long couriers took to accept, of the newest offers made between two instants; those by hand are none.
-- $1 market_id text, $2 since timestamptz, $3 until timestamptz, $4 span_s float8, $5 limit_count int8
SELECT floor(extract(epoch FROM created_at - $2)::float8 / $4)::int4 AS span, count(*) AS offers_count, count(accept_s) AS accepted_count,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY accept_s) AS accept_p50_s,
       percentile_cont(0.9) WITHIN GROUP (ORDER BY accept_s) AS accept_p90_s
  FROM (SELECT created_at,
               CASE WHEN status = 'accepted' THEN extract(epoch FROM answered_at - created_at)::double precision END AS accept_s
          FROM offer
         WHERE market_id = $1 AND created_at >= $2::timestamptz AND created_at < $3 AND mode <> 'direct'
         ORDER BY created_at DESC LIMIT $5) made
 GROUP BY span ORDER BY span
