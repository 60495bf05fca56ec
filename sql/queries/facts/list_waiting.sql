-- Find, of each of these jobs, the lowest number below this one of a fact that comes after a place in the log.
-- $1 job_ids uuid[], $2 sequences int8[], $3 after_xid text, $4 after_id int8
SELECT asked.job_id, min(f.sequence) AS sequence
  FROM unnest($1::uuid[], $2::int8[]) AS asked (job_id, sequence)
  JOIN fact f ON f.job_id = asked.job_id AND f.sequence < asked.sequence AND (f.xid, f.id) > ($3::text::xid8, $4)
 GROUP BY asked.job_id ORDER BY asked.job_id
