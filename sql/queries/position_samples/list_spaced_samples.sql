-- List where couriers under way were in a span of market time: of each so many seconds the first place of each; of more than so many, those of some seconds, spread over the span.
-- $1 market_id text, $2 from_at timestamptz, $3 to_at timestamptz, $4 every_s float8, $5 limit_count int8
SELECT seen.market_id, seen.courier_id, seen.at, seen.lat_deg, seen.lng_deg
  FROM (SELECT $2::timestamptz + n * make_interval(secs => $4) AS begins_at
          FROM generate_series(0, ceil(extract(epoch FROM $3::timestamptz - $2)::float8 / $4)::int4 - 1) n
         ORDER BY reverse(n::bit(16)::text)) span,  -- whatever is cut off, the rest lies evenly
       LATERAL (SELECT DISTINCT ON (courier_id) market_id, courier_id, at, lat_deg, lng_deg
                  FROM position_sample
                 WHERE market_id = $1 AND at >= span.begins_at AND at < least(span.begins_at + make_interval(secs => $4), $3)
                 ORDER BY courier_id, at) seen
 LIMIT $5
