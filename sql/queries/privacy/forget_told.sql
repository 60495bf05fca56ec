-- Forget what endpoints were told of these jobs, but what still waits to be told; that goes by itself after its time.
-- $1 job_ids uuid[]
DELETE FROM webhook_delivery d
 WHERE d.status <> 'pending' AND d.subject_id = ANY($1)
   AND d.endpoint_id IN (
     SELECT e.id FROM webhook_endpoint e JOIN job j ON j.merchant_id = e.merchant_id WHERE j.id = ANY($1))
