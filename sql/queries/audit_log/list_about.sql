-- List a market's entries about these subjects, each subject's oldest first.
-- $1 market_id text, $2 subjects text[]
SELECT market_id, number, at, actor, principal_id, credential_id, action, subject, before, after, reason, request_id,
       client_address, previous_sha256, sha256, content_sha256, blanked_at
  FROM audit_entry WHERE market_id = $1 AND subject = ANY($2)
 ORDER BY subject, number
