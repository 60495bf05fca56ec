-- Find the last entry of what somebody did by a request, if that was not too long ago.
-- $1 market_id text, $2 request_id text, $3 principal_id uuid, $4 age_s_max float8
SELECT market_id, number, at, actor, principal_id, credential_id, action, subject, before, after, reason, request_id,
       client_address, previous_sha256, sha256, content_sha256, blanked_at
  FROM audit_entry
 WHERE market_id = $1 AND request_id = $2 AND principal_id IS NOT DISTINCT FROM $3
   AND at > (SELECT clock_timestamp() - make_interval(secs => $4))
 ORDER BY number DESC LIMIT 1
