-- Take the next numbers of several streams, and return each one's last.
-- $1 owners text[], $2 counts int8[]
INSERT INTO stream (owner, last_seq)
SELECT * FROM unnest($1::text[], $2::int8[]) AS taken (owner, count) ORDER BY owner
ON CONFLICT (owner) DO UPDATE SET last_seq = stream.last_seq + excluded.last_seq
RETURNING owner, last_seq
