-- List the heads of the chains of these markets; one that was never acted in has none.
-- $1 market_ids text[]
SELECT market_id, number, sha256 FROM audit_head WHERE market_id = ANY($1) ORDER BY market_id
