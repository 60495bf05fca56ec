-- List the couriers who may be made an offer, to compare with the live index.
-- $1 market_id text
SELECT c.id, c.version FROM courier c
 WHERE c.market_id = $1 AND c.status IN ('online', 'busy') AND c.account_status = 'active'
   AND NOT EXISTS (SELECT FROM offer o WHERE o.courier_id = c.id AND o.status IN ('pending', 'seen'))
