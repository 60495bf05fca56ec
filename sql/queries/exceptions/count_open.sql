-- Count the open exceptions of every market, by kind.
SELECT market_id, kind, count(*) AS open_count FROM exception WHERE resolved_at IS NULL GROUP BY market_id, kind
 ORDER BY market_id, kind
