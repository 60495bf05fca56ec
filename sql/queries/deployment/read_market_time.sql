-- Read the market time that decisions go by; ask after the locks are held.
SELECT market_now() AS now
