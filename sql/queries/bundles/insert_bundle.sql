-- Insert a bundle, offered.
-- $1 bundle_id uuid, $2 market_id text
INSERT INTO bundle (id, market_id, status) VALUES ($1, $2, 'offered')
