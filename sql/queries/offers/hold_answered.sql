-- Hold the rows of couriers who answer offers, of the offers, and of the jobs in them or in hand, if nobody else does.
-- They are held until the transaction ends. It waits for nobody, so the order of locking does not matter; read jobs
-- afterwards. No key changes: rows that others only refer to, as samples of positions do, are free.
-- $1 courier_ids uuid[], $2 offer_ids uuid[] (of the same length)
-- The lists are behind subqueries: seen, their length would have the statement planned anew each time.
WITH asked AS MATERIALIZED (
  SELECT c.id AS courier_id, answered.offer_id, c.version,
         ARRAY(SELECT j.id FROM job j WHERE j.courier_id = c.id AND j.ended_at IS NULL) AS job_ids,
         coalesce((SELECT o.job_ids FROM offer o WHERE o.id = answered.offer_id AND o.courier_id = c.id), '{}')
           AS offered_job_ids
    FROM unnest(ARRAY(SELECT unnest($1::uuid[])), ARRAY(SELECT unnest($2::uuid[]))) AS answered (courier_id, offer_id)
    JOIN courier c ON c.id = answered.courier_id
), held_job AS (
  SELECT id FROM job WHERE id = ANY(ARRAY(SELECT unnest(job_ids || offered_job_ids) FROM asked))
     FOR NO KEY UPDATE SKIP LOCKED
), held_offer AS (
  SELECT id, market_id, courier_id, bundle_id, status, mode, job_ids, stop_ids, legs, pay, created_at, sent_at,
         acknowledged_at, seen_at, answered_at, expires_at, ttl_s, answer, policy_version, dispatch_epoch, tick_id
    FROM offer WHERE id = ANY(ARRAY(SELECT offer_id FROM asked))
     FOR NO KEY UPDATE SKIP LOCKED
), held_courier AS (
  SELECT id, market_id, name, status, account_status, version, vehicle, abilities, capacity_weight_g, capacity_volume_l,
         capacity_jobs_count, load_weight_g, load_volume_l, load_jobs_count, live_jobs_count, shift_ends_at,
         status_changed_at, suspension_reason, suspended_until
    FROM courier WHERE id = ANY(ARRAY(SELECT courier_id FROM asked))
     FOR NO KEY UPDATE SKIP LOCKED
)
SELECT courier_id, version, job_ids, offered_job_ids,
       ARRAY(SELECT id FROM held_job WHERE id = ANY(asked.job_ids || asked.offered_job_ids)) AS held_job_ids,
       (SELECT to_jsonb(held_offer) FROM held_offer WHERE held_offer.id = asked.offer_id) AS offer,
       (SELECT to_jsonb(held_courier) FROM held_courier WHERE held_courier.id = asked.courier_id) AS courier,
       (SELECT market_now()) AS now
  FROM asked
