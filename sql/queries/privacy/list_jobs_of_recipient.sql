-- List the jobs of a market whose drop-off names this phone, or this person, or both; those erased name nobody.
-- $1 market_id text, $2 phone text, $3 name text
SELECT DISTINCT j.id AS job_id, j.ended_at IS NOT NULL AS has_ended
  FROM stop s JOIN job j ON j.id = s.job_id
 WHERE j.market_id = $1 AND s.kind = 'dropoff' AND ($2::text IS NULL OR s.contact_phone = $2)
   AND ($3::text IS NULL OR lower(s.contact_name) = lower($3)) AND (s.contact_phone = $2 OR s.contact_name IS NOT NULL)
 ORDER BY j.id
