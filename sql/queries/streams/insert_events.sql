-- Write numbered events.
-- $1 owners text[], $2 seqs int8[], $3 types text[], $4 messages bytea[]
INSERT INTO stream_event (owner, seq, type, message)
SELECT * FROM unnest($1::text[], $2::int8[], $3::text[], $4::bytea[])
