-- Let the next holder in at once.
-- $1 name text, $2 holder text
UPDATE lease SET expires_at = clock_timestamp() WHERE name = $1 AND holder = $2
