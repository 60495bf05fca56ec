-- Note when offers were first written to their couriers' sockets, in market time; their rows are locked in id order.
-- $1 offer_ids uuid[], $2 sent_at timestamptz[]
UPDATE offer SET sent_at = locked.at
  FROM (
   SELECT o.id, written.at
     FROM unnest($1::uuid[], $2::timestamptz[]) AS written (offer_id, at)
     JOIN offer o ON o.id = written.offer_id
    WHERE o.sent_at IS NULL
    ORDER BY o.id
      FOR NO KEY UPDATE OF o
  ) AS locked
 WHERE offer.id = locked.id
