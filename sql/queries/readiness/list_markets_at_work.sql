-- List all markets with who works for them and since when what waits has waited: seconds of real time; null: nothing waits.
WITH clock AS MATERIALIZED (SELECT clock_timestamp() AS now)
SELECT m.id, (p.parameters ->> 'tick_s')::float8 AS tick_s,
       coalesce(dispatch.expires_at > clock.now, false) AS has_dispatch,
       extract(epoch FROM clock.now - dispatch.worked_at)::float8 AS ticked_s_ago,
       coalesce(relay.expires_at > clock.now, false) AS has_relay,
       extract(epoch FROM clock.now - relay.worked_at)::float8 AS audited_s_ago,
       extract(epoch FROM clock.now - untold.recorded_at)::float8 AS untold_s
  FROM market m CROSS JOIN clock
  JOIN policy p ON p.market_id = m.id AND p.version = m.policy_version
  LEFT JOIN lease dispatch ON dispatch.name = 'dispatch:' || m.id
  LEFT JOIN lease relay ON relay.name = 'relay:' || m.id
  LEFT JOIN LATERAL (
    SELECT f.recorded_at FROM relay_cursor c
      JOIN fact f ON f.market_id = c.market_id AND (f.xid, f.id) > (c.xid, c.id)
     WHERE c.market_id = m.id ORDER BY f.xid, f.id LIMIT 1
  ) untold ON true
 ORDER BY m.id
