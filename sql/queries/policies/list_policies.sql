-- List the versions of a market's policy, newest first, before a cursor.
-- $1 market_id text, $2 before_version int8, $3 limit_count int8
SELECT version, created_at, actor, operator_id, parameters FROM policy
 WHERE market_id = $1 AND ($2::int8 IS NULL OR version < $2)
 ORDER BY version DESC LIMIT $3
