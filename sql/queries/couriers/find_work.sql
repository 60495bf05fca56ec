-- Find which jobs a courier has in hand, and those of an offer to them.
-- $1 courier_id uuid, $2 offer_id uuid
SELECT c.version, ARRAY(SELECT j.id FROM job j WHERE j.courier_id = c.id AND j.ended_at IS NULL) AS job_ids,
       coalesce((SELECT o.job_ids FROM offer o WHERE o.id = $2 AND o.courier_id = c.id), '{}') AS offered_job_ids
  FROM courier c WHERE c.id = $1
