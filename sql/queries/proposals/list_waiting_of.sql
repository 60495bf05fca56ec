-- List the role changes that wait in a market and are about an operator, or proposed by them.
-- $1 market_id text, $2 operator_id uuid
SELECT id, market_id, kind, subject_id, terms, proposed_by, proposed_at, expires_at, decided_by, decided_at, is_approved
  FROM proposal
 WHERE market_id = $1 AND kind = 'role_change' AND is_approved IS NULL AND expires_at > (SELECT market_now())
   AND (subject_id = $2 OR proposed_by = $2)
 ORDER BY id
