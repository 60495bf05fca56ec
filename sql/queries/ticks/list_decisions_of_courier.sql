-- List a courier's offers, newest first, before a cursor, with why they were made where a tick made them.
-- $1 courier_id uuid, $2 before_id uuid, $3 limit_count int8
SELECT o.id AS offer_id, o.created_at, o.mode, o.status, o.answer, o.answered_at, cardinality(o.job_ids) AS jobs_count,
       o.pay, o.policy_version, d.reasons
  FROM offer o LEFT JOIN decision d ON d.offer_id = o.id
 WHERE o.courier_id = $1 AND ($2::uuid IS NULL OR o.id < $2)
 ORDER BY o.id DESC LIMIT $3
