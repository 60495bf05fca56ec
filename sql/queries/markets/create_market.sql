-- Create a market with its first policy.
-- $1 market_id text, $2 name text, $3 currency text, $4 timezone text, $5 center_lat_deg float8, $6 center_lng_deg float8, $7 service_radius_m float8, $8 policy jsonb, $9 livemode bool
WITH created AS (
  INSERT INTO market (id, name, currency, timezone, center_lat_deg, center_lng_deg, service_radius_m, livemode)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $9) RETURNING id
), first_policy AS (
  INSERT INTO policy (market_id, version, parameters, created_at) SELECT id, 1, $8, market_now() FROM created
)
INSERT INTO relay_cursor (market_id) SELECT id FROM created
