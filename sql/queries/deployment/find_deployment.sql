-- Find the epoch of this history, and whether a market is live.
SELECT epoch, EXISTS (SELECT FROM market WHERE livemode) AS has_live_market
  FROM deployment
