-- Say who has the key of a program of operators'; answer with the program, unless the key is revoked or no program's.
-- $1 credential_id text, $2 keeper_id uuid
UPDATE operator o SET keeper_id = $2
  FROM credential k
 WHERE k.id = $1 AND k.kind = 'key' AND k.revoked_at IS NULL AND o.id = k.operator_id
RETURNING o.id, o.market_id, o.name, o.role, o.disabled_at
