-- List the endpoints of these merchants that are told.
-- $1 merchant_ids uuid[]
SELECT id, merchant_id, events FROM webhook_endpoint WHERE merchant_id = ANY ($1) AND disabled_reason IS NULL ORDER BY id
