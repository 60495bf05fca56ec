-- Erase the stops in stored answers to the requests that posted these jobs; they go by themselves after their time.
-- $1 job_ids uuid[]
UPDATE idempotency i
   SET body = convert_to((posted.job || jsonb_build_object('stops', (
         SELECT jsonb_agg(erased_place(stop)) FROM jsonb_array_elements(posted.job -> 'stops') AS stop)))::text, 'UTF8')
  FROM (
    SELECT k.merchant_id, k.key, convert_from(k.body, 'UTF8')::jsonb AS job
      FROM job j
      JOIN idempotency k ON k.merchant_id = j.merchant_id
       AND starts_with(convert_from(k.body, 'UTF8'), '{"id":"' || j.id::text || '"')
     WHERE j.id = ANY($1)
  ) posted
 WHERE i.merchant_id = posted.merchant_id AND i.key = posted.key
