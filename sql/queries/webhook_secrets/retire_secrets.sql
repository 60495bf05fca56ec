-- Let an endpoint's newest secret end after a while, and forget those that were ending already.
-- $1 endpoint_id uuid, $2 lasts_s float8
WITH gone AS (DELETE FROM webhook_secret WHERE endpoint_id = $1 AND expires_at IS NOT NULL)
UPDATE webhook_secret SET expires_at = clock_timestamp() + make_interval(secs => $2)
 WHERE endpoint_id = $1 AND expires_at IS NULL
