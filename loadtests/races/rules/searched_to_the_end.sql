-- The search for a courier is given up when its time is over, and not before.
-- $1 market_id text
SELECT format('job %s expired at %s, its search had time until %s', id, ended_at, search_until) AS broken
  FROM job WHERE market_id = $1 AND status = 'expired' AND ended_at < search_until
 LIMIT 20
