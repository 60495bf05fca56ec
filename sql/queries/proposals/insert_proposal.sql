-- Keep what an operator proposes; it waits so long for another.
-- $1 proposal_id uuid, $2 market_id text, $3 kind proposal_kind, $4 subject_id uuid, $5 terms jsonb, $6 proposed_by uuid, $7 proposed_at timestamptz, $8 expires_at timestamptz
INSERT INTO proposal (id, market_id, kind, subject_id, terms, proposed_by, proposed_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
