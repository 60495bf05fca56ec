-- Count what became of the newest offers to a courier that were made since an instant.
-- $1 courier_id uuid, $2 since timestamptz, $3 limit_count int8
SELECT count(*) AS offers_count, count(*) FILTER (WHERE status = 'accepted') AS accepted_count,
       count(*) FILTER (WHERE status = 'declined') AS declined_count,
       count(*) FILTER (WHERE status = 'expired' AND seen_at IS NOT NULL) AS expired_seen_count
  FROM (SELECT status, seen_at, created_at FROM offer WHERE courier_id = $1 ORDER BY id DESC LIMIT $3) newest
 WHERE created_at >= $2
