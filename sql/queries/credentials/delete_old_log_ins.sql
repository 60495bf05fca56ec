-- Delete log-ins that are long over, by themselves or by somebody's word, with what they might have brought.
-- $1 older_than_s float8, $2 limit_count int8
DELETE FROM credential WHERE id IN (
  SELECT id FROM credential
   WHERE kind <> 'key' AND least(expires_at, revoked_at) < (SELECT clock_timestamp()) - $1 * interval '1 s' LIMIT $2
)
