-- Count, for each courier, offers accepted and answered since then; one that ran out unseen is no answer.
-- $1 market_id text, $2 since timestamptz
SELECT courier_id,
       count(*) FILTER (WHERE status = 'accepted') AS accepted_count,
       count(*) AS answered_count
  FROM offer
 WHERE market_id = $1 AND created_at >= $2
   AND (status IN ('accepted', 'declined') OR status = 'expired' AND seen_at IS NOT NULL)
   AND mode <> 'direct'
 GROUP BY courier_id
