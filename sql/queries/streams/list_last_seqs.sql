-- List how far these streams have come.
-- $1 owners text[]
SELECT owner, last_seq FROM stream WHERE owner = ANY($1)
