-- Read a stream's events after a number.
-- $1 owner text, $2 after_seq int8, $3 limit_count int8
SELECT owner, seq, type, message FROM stream_event WHERE owner = $1 AND seq > $2 ORDER BY seq LIMIT $3
