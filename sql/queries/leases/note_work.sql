-- Note how long ago the holder last did its work.
-- $1 name text, $2 holder text, $3 worked_s_ago float8
UPDATE lease SET worked_at = clock_timestamp() - make_interval(secs => $3) WHERE name = $1 AND holder = $2
