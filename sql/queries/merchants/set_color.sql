-- Set the colour of a merchant, or none.
-- $1 merchant_id uuid, $2 color text
UPDATE merchant SET color = $2 WHERE id = $1
