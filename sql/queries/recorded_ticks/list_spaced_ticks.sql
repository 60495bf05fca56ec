-- List recorded ticks of a span of market time: of each so many seconds the first; of more than so many, or so many bytes, some that are spread over the span, one at least.
-- They come in an order of which any beginning lies evenly.
-- $1 market_id text, $2 from_at timestamptz, $3 to_at timestamptz, $4 every_s float8, $5 limit_count int8, $6 bytes_max int8
SELECT r.tick_id, r.at, r.packed, t.summary, summed.found_count
  FROM (SELECT tick_id, count(*) OVER () AS found_count, row_number() OVER evenly AS number,
               sum(bytes_count) OVER evenly AS bytes_count
          FROM (SELECT DISTINCT ON (floor(extract(epoch FROM at - $2)::float8 / $4)) tick_id, bytes_count,
                       floor(extract(epoch FROM at - $2)::float8 / $4)::int4 AS slot
                  FROM recorded_tick
                 WHERE market_id = $1 AND at >= $2::timestamptz AND at < $3
                 ORDER BY floor(extract(epoch FROM at - $2)::float8 / $4), at, tick_id) AS spaced
        WINDOW evenly AS (ORDER BY reverse(slot::bit(16)::text))) AS summed
  JOIN recorded_tick r ON r.tick_id = summed.tick_id
  JOIN tick t ON t.id = r.tick_id
 WHERE summed.number = 1 OR summed.number <= $5 AND summed.bytes_count <= $6
 ORDER BY summed.number
