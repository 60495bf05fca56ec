-- Forget where couriers were, after their time.
-- $1 older_than_s float8, $2 limit_count int8
DELETE FROM position_sample
 WHERE ctid = ANY (ARRAY(
   SELECT old.ctid
     FROM market m, LATERAL (SELECT ctid FROM position_sample
                              WHERE market_id = m.id AND at < (SELECT market_now() - make_interval(secs => $1))
                              ORDER BY at LIMIT $2) old
    LIMIT $2))
