-- List the proposals of a kind that wait for a second person: first what waits no longer soonest.
-- $1 market_id text, $2 kind proposal_kind, $3 limit_count int8
SELECT id, market_id, kind, subject_id, terms, proposed_by, proposed_at, expires_at, decided_by, decided_at, is_approved
  FROM proposal
 WHERE market_id = $1 AND kind = $2 AND is_approved IS NULL AND expires_at > (SELECT market_now())
 ORDER BY expires_at, id LIMIT $3
