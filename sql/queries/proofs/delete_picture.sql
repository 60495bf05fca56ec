-- Forget a picture that another has taken the place of.
-- $1 proof_id uuid
DELETE FROM proof WHERE id = $1
