-- Append entries to a market's chain, and move its head to the last of them.
-- $1 market_id text, $2 entries jsonb, $3 number int8, $4 sha256 text
WITH appended AS (
  INSERT INTO audit_entry (market_id, number, at, actor, principal_id, credential_id, action, subject, before, after,
                           reason, request_id, client_address, previous_sha256, sha256, content_sha256)
  SELECT market_id, number, at, actor, principal_id, credential_id, action, subject, before, after, reason, request_id,
         client_address, previous_sha256, sha256, content_sha256
    FROM jsonb_populate_recordset(NULL::audit_entry, $2)
)
UPDATE audit_head SET number = $3, sha256 = $4 WHERE market_id = $1
