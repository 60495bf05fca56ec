-- Let every lease run out, and the next epochs be above all that were given since the backup: a million is years of failovers.
UPDATE lease SET epoch = epoch + 1000000, expires_at = clock_timestamp()
