-- Let the rest of the transaction change no row of another merchant.
-- $1 merchant_id uuid
SELECT set_config('app.merchant_id', $1::uuid::text, true) AS merchant_id
