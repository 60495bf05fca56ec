-- List how far these streams have come.
-- $1 owners text[]
SELECT owner, last_seq FROM unnest($1::text[]) AS asked (owner) JOIN stream USING (owner)
