-- List where couriers under way were in a span of market time: of each so many seconds the first place of each, up to so many.
-- $1 market_id text, $2 from_at timestamptz, $3 to_at timestamptz, $4 every_s float8, $5 limit_count int8
SELECT DISTINCT ON (floor(extract(epoch FROM at - $2)::float8 / $4), courier_id) market_id, courier_id, at, lat_deg, lng_deg
  FROM position_sample
 WHERE market_id = $1 AND at >= $2::timestamptz AND at < $3
 ORDER BY floor(extract(epoch FROM at - $2)::float8 / $4), courier_id, at LIMIT $5
