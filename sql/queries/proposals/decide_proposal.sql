-- Keep what became of a proposal.
-- $1 proposal_id uuid, $2 decided_by uuid, $3 decided_at timestamptz, $4 is_approved bool
UPDATE proposal SET decided_by = $2, decided_at = $3, is_approved = $4 WHERE id = $1
