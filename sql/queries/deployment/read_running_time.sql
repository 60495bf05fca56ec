-- Read the market time and how fast it runs, for a process to count on from.
SELECT market_now() AS now, time_scale FROM deployment
