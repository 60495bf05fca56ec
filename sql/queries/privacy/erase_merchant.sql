-- Erase who a merchant is, and end the account; the row is locked. What was carried and charged stays, under the id.
-- $1 merchant_id uuid
WITH keys AS (
  UPDATE credential SET revoked_at = coalesce(revoked_at, clock_timestamp()), name = NULL WHERE merchant_id = $1
), secrets AS (
  DELETE FROM webhook_secret WHERE endpoint_id IN (SELECT id FROM webhook_endpoint WHERE merchant_id = $1)
), endpoints AS (
  UPDATE webhook_endpoint
     SET url = 'https://erased.invalid/', description = '', disabled_reason = 'deleted',
         retired_at = coalesce(retired_at, clock_timestamp())
   WHERE merchant_id = $1
)
UPDATE merchant SET name = 'erased', color = NULL WHERE id = $1
