-- Delete log-ins that are long over, with what they might have brought.
-- $1 older_than_s float8, $2 limit_count int8
DELETE FROM credential WHERE id IN (
  SELECT id FROM credential
   WHERE kind <> 'key' AND expires_at < (SELECT clock_timestamp()) - $1 * interval '1 s' LIMIT $2
)
