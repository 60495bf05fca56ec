-- List all markets.
SELECT id FROM market ORDER BY id
