-- Let these proposals wait no longer; they are locked.
-- $1 proposal_ids uuid[]
UPDATE proposal SET expires_at = least(expires_at, (SELECT market_now())) WHERE id = ANY($1)
