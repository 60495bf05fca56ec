-- Read why an offer of this market was made.
-- $1 offer_id uuid, $2 market_id text
SELECT d.offer_id, d.tick_id, d.at, d.reasons FROM decision d JOIN offer o ON o.id = d.offer_id
 WHERE d.offer_id = $1 AND o.market_id = $2
