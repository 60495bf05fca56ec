-- Read the epoch of this history and the anchor of market time.
SELECT epoch, anchor_real_at, anchor_market_at, time_scale FROM deployment
