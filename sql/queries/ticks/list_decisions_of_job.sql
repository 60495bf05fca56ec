-- List what was decided about a job, newest first, before a cursor: offers, and why it was left open.
-- $1 job_id uuid, $2 before_id int8, $3 limit_count int8
SELECT d.id, d.at, d.tick_id, d.outcome, d.offer_id, o.courier_id, o.status, d.reasons
  FROM (SELECT * FROM decision WHERE job_id = $1
        UNION ALL
        SELECT made.* FROM offer_job j JOIN decision made ON made.offer_id = j.offer_id WHERE j.job_id = $1) AS d
  LEFT JOIN offer o ON o.id = d.offer_id
 WHERE $2::int8 IS NULL OR d.id < $2
 ORDER BY d.id DESC LIMIT $3
