-- Read what a courier's connection has to know first: how far the stream is and is kept, the status, and the open offer.
-- $1 courier_ids uuid[], $2 owners text[]
SELECT c.id AS courier_id, c.status, coalesce(s.last_seq, 0) AS last_seq,
       coalesce((SELECT min(e.seq) FROM stream_event e WHERE e.owner = s.owner), s.last_seq + 1, 1) AS first_kept_seq,
       o.id AS offer_id, o.acknowledged_at
  FROM unnest($1::uuid[], $2::text[]) AS asked (courier_id, owner)
  JOIN courier c ON c.id = asked.courier_id
  LEFT JOIN stream s ON s.owner = asked.owner
  LEFT JOIN offer o ON o.courier_id = c.id AND o.status IN ('pending', 'seen')
