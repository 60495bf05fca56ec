-- Forget who looked at what, of looks that are old enough; what they were hashed by stays.
-- $1 older_than_s float8, $2 limit_count int8
WITH old AS MATERIALIZED (
  SELECT market_id, number FROM audit_entry
   WHERE content_sha256 IS NOT NULL AND blanked_at IS NULL
     AND at < (SELECT clock_timestamp() - make_interval(secs => $1))
   ORDER BY at LIMIT $2 FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE audit_entry e
   SET principal_id = NULL, credential_id = NULL, subject = 'look:blanked', before = '{}', after = '{}', reason = NULL,
       request_id = NULL, client_address = NULL, blanked_at = clock_timestamp()
  FROM old WHERE e.market_id = old.market_id AND e.number = old.number
