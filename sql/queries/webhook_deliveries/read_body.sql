-- Read the text of a delivery.
-- $1 delivery_id uuid
SELECT body FROM webhook_delivery WHERE id = $1
