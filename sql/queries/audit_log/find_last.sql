-- Find the last entry about a subject.
-- $1 market_id text, $2 subject text
SELECT market_id, number, at, actor, principal_id, credential_id, action, subject, before, after, reason, request_id,
       client_address, previous_sha256, sha256, content_sha256, blanked_at
  FROM audit_entry WHERE market_id = $1 AND subject = $2
 ORDER BY number DESC LIMIT 1
