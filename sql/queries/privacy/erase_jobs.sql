-- Erase who lives at the stops of jobs that have ended, wherever it is kept for long; the jobs are locked.
-- $1 job_ids uuid[]
WITH stops AS (
  UPDATE stop
     SET address = 'erased', contact_name = NULL, contact_phone = NULL, instructions = NULL, recipient_instructions = NULL,
         safe_place = NULL, lat_deg = round(lat_deg::numeric, 2)::float8, lng_deg = round(lng_deg::numeric, 2)::float8
   WHERE job_id = ANY($1)
), offers AS (
  UPDATE offer o
     SET legs = (
       SELECT coalesce(jsonb_agg(
                CASE WHEN (l.leg ->> 'job_id')::uuid = ANY($1) THEN erased_place(l.leg) ELSE l.leg END ORDER BY l.number), '[]')
         FROM jsonb_array_elements(o.legs) WITH ORDINALITY AS l (leg, number))
   WHERE o.id IN (SELECT oj.offer_id FROM offer_job oj WHERE oj.job_id = ANY($1))
), facts AS (
  UPDATE fact f
     SET body = jsonb_set(f.body, '{stops}', (
       SELECT coalesce(jsonb_agg(erased_place(s.stop) ORDER BY s.number), '[]')
         FROM jsonb_array_elements(f.body -> 'stops') WITH ORDINALITY AS s (stop, number)))
   WHERE f.job_id = ANY($1) AND jsonb_typeof(f.body -> 'stops') = 'array'
), links AS (
  DELETE FROM tracking WHERE job_id = ANY($1)
), pictures AS (
  DELETE FROM proof WHERE job_id = ANY($1)
), codes AS (
  DELETE FROM proof_code WHERE job_id = ANY($1)
), tries AS (
  DELETE FROM proof_code_try t USING stop s WHERE s.id = t.stop_id AND s.job_id = ANY($1)
), conversations AS (
  DELETE FROM job_message WHERE job_id = ANY($1)
), opinions AS (
  UPDATE rating SET comment = NULL WHERE job_id = ANY($1)
)
UPDATE job SET erased_at = (SELECT market_now()) WHERE id = ANY($1)
