-- Hold a market, so that one change of its policy follows another; read the policy after that.
-- $1 market_id text
SELECT id FROM market WHERE id = $1 FOR NO KEY UPDATE
