-- Sum up by span how many couriers were free and how many jobs open, at most and as the mean over its time, by the newest facts that changed it.
-- What lasts is found where it began: a shift is 16 h at most, and a search 4 h. With more facts than the limit, spans that begin before the
-- oldest that is looked at are left out, and `is_cut` is true.
-- $1 market_id text, $2 since timestamptz, $3 until timestamptz, $4 span_s float8, $5 limit_count int8
WITH period AS (
  SELECT least($3::timestamptz, (SELECT market_now())) AS ends_at
), courier_fact AS MATERIALIZED (
  SELECT id, at, courier_id, body->>'status' = 'online' AS is_free
    FROM fact
   WHERE market_id = $1 AND type = 'courier.status_changed' AND at >= $2::timestamptz - interval '16 hours' AND at < $3
   ORDER BY at DESC LIMIT $5
), job_fact AS MATERIALIZED (
  SELECT id, at, job_id, type IN ('job.opened', 'job.reassigned') AS is_open
    FROM fact
   WHERE market_id = $1 AND at >= $2::timestamptz - interval '4 hours' AND at < $3
     AND type IN ('job.opened', 'job.assigned', 'job.reassigned', 'job.canceled', 'job.expired')
   ORDER BY at DESC LIMIT $5
), cut AS (
  SELECT max(oldest_at) AS at
    FROM (SELECT min(at) AS oldest_at FROM courier_fact HAVING count(*) = $5
           UNION ALL
          SELECT min(at) FROM job_fact HAVING count(*) = $5) reached
), change AS (
  SELECT at, NULL::int4 AS span, is_free::int4 - coalesce(lag(is_free) OVER (PARTITION BY courier_id ORDER BY id), false)::int4 AS free,
         0 AS open
    FROM courier_fact
   UNION ALL
  SELECT at, NULL, 0, is_open::int4 - coalesce(lag(is_open) OVER (PARTITION BY job_id ORDER BY id), false)::int4
    FROM job_fact
   UNION ALL  -- each span begins with what there was
  SELECT $2::timestamptz + make_interval(secs => number * $4), number, 0, 0
    FROM period, cut, generate_series(0, ceil(extract(epoch FROM period.ends_at - $2)::float8 / $4)::int4 - 1) number
   WHERE cut.at IS NULL OR $2::timestamptz + make_interval(secs => number * $4) >= cut.at
), level AS (
  SELECT max(span) OVER in_order AS span, sum(free) OVER in_order AS free, sum(open) OVER in_order AS open,
         extract(epoch FROM lead(at, 1, (SELECT ends_at FROM period)) OVER in_order - at)::float8 AS lasts_s
    FROM change
  WINDOW in_order AS (ORDER BY at, span ROWS UNBOUNDED PRECEDING)
)
SELECT span, (sum(free * lasts_s) / sum(lasts_s))::float8 AS free_couriers_mean, max(free)::int4 AS free_couriers_peak,
       (sum(open * lasts_s) / sum(lasts_s))::float8 AS open_jobs_mean, max(open)::int4 AS open_jobs_peak,
       (SELECT at IS NOT NULL FROM cut) AS is_cut
  FROM level
 WHERE span IS NOT NULL AND lasts_s > 0
 GROUP BY span ORDER BY span
