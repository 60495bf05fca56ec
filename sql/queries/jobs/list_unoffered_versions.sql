-- List the jobs that wait for an offer, to compare with the live index.
-- $1 market_id text
SELECT id, version FROM job WHERE market_id = $1 AND status = 'open' AND offer_id IS NULL
