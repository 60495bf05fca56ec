-- List a market's entries, newest first, before a cursor; of one action or about one subject where they are named.
-- $1 market_id text, $2 action text, $3 subject text, $4 before_number int8, $5 limit_count int8
SELECT market_id, number, at, actor, principal_id, credential_id, action, subject, before, after, reason, request_id,
       client_address, previous_sha256, sha256, content_sha256, blanked_at
  FROM audit_entry
 WHERE market_id = $1 AND ($2::text IS NULL OR action = $2) AND ($3::text IS NULL OR subject = $3)
   AND ($4::int8 IS NULL OR number < $4)
 ORDER BY number DESC LIMIT $5
