-- List the entries of a market's chain in order, after a number.
-- $1 market_id text, $2 after_number int8, $3 limit_count int8
SELECT market_id, number, at, actor, principal_id, credential_id, action, subject, before, after, reason, request_id,
       client_address, previous_sha256, sha256, content_sha256, blanked_at
  FROM audit_entry WHERE market_id = $1 AND number > $2
 ORDER BY number LIMIT $3
