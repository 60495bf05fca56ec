-- Read a market with its policy of today, and the time there.
-- $1 market_id text
SELECT m.id, m.name, m.currency, m.timezone, m.center_lat_deg, m.center_lng_deg, m.service_radius_m, m.is_paused,
       m.livemode, m.policy_version, p.parameters AS policy, market_now() AS now
  FROM market m JOIN policy p ON p.market_id = m.id AND p.version = m.policy_version
 WHERE m.id = $1
