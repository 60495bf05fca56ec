-- Find which jobs couriers have in hand, and those of an offer to each of them.
-- $1 courier_ids uuid[], $2 offer_ids uuid[] (of the same length, with nulls)
-- The lists are behind subqueries: seen, their length would have the statement planned anew each time.
SELECT c.id AS courier_id, c.version,
       ARRAY(SELECT j.id FROM job j WHERE j.courier_id = c.id AND j.ended_at IS NULL) AS job_ids,
       coalesce((SELECT o.job_ids FROM offer o WHERE o.id = asked.offer_id AND o.courier_id = c.id), '{}')
         AS offered_job_ids
  FROM unnest(ARRAY(SELECT unnest($1::uuid[])), ARRAY(SELECT unnest($2::uuid[]))) AS asked (courier_id, offer_id)
  JOIN courier c ON c.id = asked.courier_id
