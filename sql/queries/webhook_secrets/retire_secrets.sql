-- Let an endpoint's newest secret make room for another, and sign for a while longer.
-- While one before it still signs, that one goes on instead: the newest may never have reached the merchant.
-- $1 endpoint_id uuid, $2 lasts_s float8
WITH clock AS MATERIALIZED (SELECT clock_timestamp() AS now),
former AS MATERIALIZED (
  SELECT max(s.number) AS number FROM webhook_secret s CROSS JOIN clock c WHERE s.endpoint_id = $1 AND s.expires_at > c.now
), kept AS MATERIALIZED (
  SELECT coalesce((SELECT number FROM former), (SELECT max(number) FROM webhook_secret WHERE endpoint_id = $1)) AS number
), gone AS (
  DELETE FROM webhook_secret WHERE endpoint_id = $1 AND number <> (SELECT number FROM kept)
)
UPDATE webhook_secret SET expires_at = (SELECT now FROM clock) + make_interval(secs => $2)
 WHERE endpoint_id = $1 AND number = (SELECT number FROM kept)
