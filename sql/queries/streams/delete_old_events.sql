-- Forget events that nobody can ask for any more.
-- $1 older_than_s float8, $2 limit_count int8
DELETE FROM stream_event
 WHERE (owner, seq) IN (
   SELECT owner, seq FROM stream_event
    WHERE recorded_at < (SELECT clock_timestamp() - make_interval(secs => $1)) ORDER BY recorded_at LIMIT $2)
