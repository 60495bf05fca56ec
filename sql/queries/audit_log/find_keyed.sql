-- Find the entry of what somebody did to a subject under a key of theirs.
-- $1 market_id text, $2 subject text, $3 action text, $4 principal_id uuid, $5 key_sha256 text
SELECT market_id, number, at, actor, principal_id, credential_id, action, subject, before, after, reason, request_id,
       client_address, previous_sha256, sha256, content_sha256, blanked_at
  FROM audit_entry
 WHERE market_id = $1 AND subject = $2 AND action = $3 AND principal_id IS NOT DISTINCT FROM $4
   AND after::jsonb ->> 'key_sha256' = $5
 ORDER BY number LIMIT 1
