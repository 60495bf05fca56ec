-- Write an answer, or the acknowledgement, to an offer.
-- $1 offer_id uuid, $2 status offer_status, $3 acknowledged_at timestamptz, $4 seen_at timestamptz, $5 answered_at timestamptz, $6 expires_at timestamptz, $7 answer text
UPDATE offer SET status = $2, acknowledged_at = $3, seen_at = $4, answered_at = $5, expires_at = $6, answer = $7
 WHERE id = $1
