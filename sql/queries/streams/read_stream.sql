-- Read how far a stream has come, and the oldest event that is still kept.
-- $1 owner text
SELECT s.last_seq, coalesce((SELECT min(e.seq) FROM stream_event e WHERE e.owner = s.owner), s.last_seq + 1)
         AS first_kept_seq
  FROM stream s WHERE s.owner = $1
