-- Let the rest of the transaction see the rows of one merchant only; nothing is answered where there is no role for that.
-- $1 merchant_id uuid
SELECT set_config('app.merchant_id', $1::uuid::text, true) AS merchant_id,
       set_config('role', 'hexhaul_merchant', true) AS role
 WHERE can_act_as_merchant()
