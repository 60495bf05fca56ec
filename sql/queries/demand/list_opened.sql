-- List where and when jobs were opened between two instants, the newest ones.
-- $1 market_id text, $2 since timestamptz, $3 until timestamptz, $4 limit_count int8
SELECT p.lat_deg, p.lng_deg, j.opened_at
  FROM job j JOIN stop p ON p.job_id = j.id AND p.kind = 'pickup' AND p.attempt = 1
 WHERE j.market_id = $1 AND j.opened_at >= $2 AND j.opened_at < $3
 ORDER BY j.opened_at DESC
 LIMIT $4
