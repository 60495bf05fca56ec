-- List drop-offs of a market that have not been erased, by id, after this one: who is there may be sealed.
-- $1 market_id text, $2 after_id uuid, $3 limit_count int8
SELECT s.id AS stop_id, s.job_id, j.ended_at IS NOT NULL AS has_ended, s.contact_name, s.contact_phone
  FROM stop s JOIN job j ON j.id = s.job_id
 WHERE j.market_id = $1 AND j.erased_at IS NULL AND s.kind = 'dropoff' AND s.id > $2
 ORDER BY s.id LIMIT $3
