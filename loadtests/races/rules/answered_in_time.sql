-- An offer is accepted or declined before its time is over, and expires after that.
-- $1 market_id text
SELECT format('offer %s was %s at %s, its time was over at %s', id, status, answered_at, expires_at) AS broken
  FROM offer
 WHERE market_id = $1
   AND CASE WHEN status IN ('pending', 'seen') THEN answered_at IS NOT NULL
            WHEN status IN ('accepted', 'declined') THEN answered_at IS NULL OR answered_at >= expires_at
            WHEN status IN ('expired', 'unreachable') THEN answered_at IS NULL OR answered_at < expires_at
            ELSE answered_at IS NULL END
 LIMIT 20
