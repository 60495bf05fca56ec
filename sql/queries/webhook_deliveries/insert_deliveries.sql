-- Put events at the ends of their lanes, in this order.
-- $1 ids uuid[], $2 endpoint_ids uuid[], $3 subject_ids uuid[], $4 event_ids text[], $5 types text[], $6 bodies bytea[]
WITH told AS (
  SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::bytea[]) WITH ORDINALITY
    AS told (id, endpoint_id, subject_id, event_id, type, body, place)
), lane AS (
  INSERT INTO webhook_lane (endpoint_id, subject_id, last_seq, told_at, due_at)
  SELECT endpoint_id, subject_id, count(*), clock_timestamp(), clock_timestamp() FROM told
   GROUP BY endpoint_id, subject_id ORDER BY endpoint_id, subject_id
  ON CONFLICT (endpoint_id, subject_id) DO UPDATE
    SET last_seq = webhook_lane.last_seq + excluded.last_seq, told_at = excluded.told_at,
        due_at = coalesce(webhook_lane.due_at, excluded.due_at)
  RETURNING endpoint_id, subject_id, last_seq, gap_after_seq
), placed AS (
  SELECT t.*, l.gap_after_seq,
         l.last_seq + 1 - row_number() OVER (PARTITION BY t.endpoint_id, t.subject_id ORDER BY t.place DESC) AS seq
    FROM told t JOIN lane l USING (endpoint_id, subject_id)
)
INSERT INTO webhook_delivery (id, endpoint_id, subject_id, seq, event_id, type, body, follows_gap)
SELECT id, endpoint_id, subject_id, seq, event_id, type, body, coalesce(seq = gap_after_seq + 1, false) FROM placed
