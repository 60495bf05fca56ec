-- Create a courier, off duty.
-- $1 courier_id uuid, $2 market_id text, $3 name text, $4 vehicle vehicle, $5 abilities requirement[]
INSERT INTO courier (id, market_id, name, vehicle, abilities) VALUES ($1, $2, $3, $4, $5)
