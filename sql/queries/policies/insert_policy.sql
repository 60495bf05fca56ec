-- Keep a new version of a market's policy, and make it the one of today. What a later release has added to it stays.
-- $1 market_id text, $2 version int4, $3 parameters jsonb, $4 created_at timestamptz, $5 actor actor, $6 operator_id uuid
WITH kept AS (
  INSERT INTO policy (market_id, version, parameters, created_at, actor, operator_id)
  SELECT $1, $2, before.parameters || $3, $4, $5, $6 FROM policy before
   WHERE before.market_id = $1 AND before.version = $2 - 1
)
UPDATE market SET policy_version = $2 WHERE id = $1
