-- Forget proofs, after their time, but for those of jobs on hold.
-- $1 older_than_s float8, $2 limit_count int8
DELETE FROM proof
 WHERE id = ANY (ARRAY(SELECT id FROM proof
                        WHERE created_at < (SELECT market_now() - make_interval(secs => $1))
                          AND NOT EXISTS (SELECT FROM legal_hold h WHERE h.job_id = proof.job_id) ORDER BY created_at LIMIT $2))
