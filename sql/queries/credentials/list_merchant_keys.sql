-- List the keys of a merchant: first those that are active, the newest first.
-- $1 merchant_id uuid, $2 limit_count int8
SELECT id, name, scopes, created_at, last_used_at, expires_at, revoked_at, allowed_from
  FROM credential WHERE merchant_id = $1
 ORDER BY revoked_at IS NULL AND coalesce(expires_at, 'infinity') > (SELECT clock_timestamp()) DESC, created_at DESC, id
 LIMIT $2
