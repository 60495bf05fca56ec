-- Create an endpoint, which is to be given a secret in the same transaction.
-- $1 endpoint_id uuid, $2 market_id text, $3 merchant_id uuid, $4 url text, $5 events text[], $6 description text, $7 disabled_reason disabled_reason
INSERT INTO webhook_endpoint (id, market_id, merchant_id, url, events, description, disabled_reason)
VALUES ($1, $2, $3, $4, $5, $6, $7)
