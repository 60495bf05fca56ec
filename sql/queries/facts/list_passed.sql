-- List the facts of these jobs with a number above this one that come before a place in the log.
-- $1 job_ids uuid[], $2 sequences int8[], $3 before_xid text, $4 before_id int8
SELECT f.id, f.xid::text AS xid, f.type, f.market_id, f.actor, f.at, f.job_id, f.sequence, f.merchant_id, f.courier_id,
       f.offer_id, f.body
  FROM unnest($1::uuid[], $2::int8[]) AS asked (job_id, sequence)
  JOIN fact f ON f.job_id = asked.job_id AND f.sequence > asked.sequence AND (f.xid, f.id) < ($3::text::xid8, $4)
 ORDER BY f.job_id, f.sequence
