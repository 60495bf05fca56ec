-- Read the real time.
SELECT clock_timestamp() AS now
