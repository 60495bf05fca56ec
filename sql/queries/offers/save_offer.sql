-- Write an answer, or the acknowledgement, to an offer.
-- $1 offer_id uuid, $2 status offer_status, $3 seen_at timestamptz, $4 answered_at timestamptz, $5 expires_at timestamptz, $6 answer text
UPDATE offer SET status = $2, seen_at = $3, answered_at = $4, expires_at = $5, answer = $6 WHERE id = $1
