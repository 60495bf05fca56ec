-- Note when offers were first written to their couriers' sockets, in market time.
-- $1 offer_ids uuid[], $2 sent_at timestamptz[]
UPDATE offer SET sent_at = written.at
  FROM unnest($1::uuid[], $2::timestamptz[]) AS written (offer_id, at)
 WHERE offer.id = written.offer_id AND offer.sent_at IS NULL
