-- Read a proposal of a market.
-- $1 proposal_id uuid, $2 market_id text, $3 kind proposal_kind
SELECT id, market_id, kind, subject_id, terms, proposed_by, proposed_at, expires_at, decided_by, decided_at, is_approved
  FROM proposal WHERE id = $1 AND market_id = $2 AND kind = $3
