-- Read the real time, and whether a log-in still opens doors.
-- $1 credential_id text
SELECT clock_timestamp() AS now, EXISTS (SELECT FROM open_credential WHERE id = $1) AS is_open
