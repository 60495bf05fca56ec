-- Read who is known to an issuer under a name, unless they are disabled; and whether the account ends by itself.
-- $1 issuer text, $2 subject text
SELECT o.id AS operator_id, o.market_id, o.role, i.password, o.disabled_at IS NOT NULL AS is_for_emergency
  FROM identity i JOIN operator o ON o.id = i.operator_id
 WHERE i.issuer = $1 AND i.subject = $2
   AND (o.disabled_at IS NULL OR o.disabled_at > (SELECT clock_timestamp()))
