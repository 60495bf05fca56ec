-- Lock a merchant, so that what it has is counted by one at a time.
-- $1 merchant_id uuid
SELECT s.id, s.market_id, m.livemode, clock_timestamp() AS now
  FROM merchant s JOIN market m ON m.id = s.market_id
 WHERE s.id = $1 FOR NO KEY UPDATE OF s
