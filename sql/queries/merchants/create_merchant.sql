-- Create a merchant.
-- $1 merchant_id uuid, $2 market_id text, $3 name text
INSERT INTO merchant (id, market_id, name) VALUES ($1, $2, $3)
