-- Sum up by span how many jobs were posted and how many came to each end, of the newest such facts between two instants.
-- $1 market_id text, $2 since timestamptz, $3 until timestamptz, $4 span_s float8, $5 limit_count int8
SELECT floor(extract(epoch FROM at - $2)::float8 / $4)::int4 AS span,
       count(*) FILTER (WHERE type = 'job.created') AS posted_count,
       count(*) FILTER (WHERE type = 'job.delivered') AS delivered_count,
       count(*) FILTER (WHERE type = 'job.returned') AS returned_count,
       count(*) FILTER (WHERE type = 'job.failed') AS failed_count,
       count(*) FILTER (WHERE type = 'job.canceled') AS canceled_count,
       count(*) FILTER (WHERE type = 'job.expired') AS expired_count
  FROM (SELECT at, type FROM fact
         WHERE market_id = $1 AND at >= $2::timestamptz AND at < $3
           AND type IN ('job.created', 'job.delivered', 'job.returned', 'job.failed', 'job.canceled', 'job.expired')
         ORDER BY at DESC LIMIT $5) told
 GROUP BY span ORDER BY span
