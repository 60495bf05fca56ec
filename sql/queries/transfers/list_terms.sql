-- List the jobs of a market that were delivered or have moved money, after a cursor, and what transfers of theirs rest on.
-- $1 market_id text, $2 after_id uuid, $3 limit_count int8
SELECT j.id AS job_id, j.market_id, j.merchant_id, j.courier_id,
       ARRAY(SELECT DISTINCT a.courier_id FROM assignment a WHERE a.job_id = j.id) AS courier_ids, j.fee_cents,
       coalesce((SELECT agreed_pay_cents(a.offer_id, j.id) FROM assignment a
                  WHERE a.job_id = j.id ORDER BY a.started_at DESC LIMIT 1), 0) AS pay_cents,
       j.currency, CASE WHEN j.status = 'delivered' THEN j.ended_at END AS delivered_at,
       EXISTS (SELECT FROM fact f WHERE f.job_id = j.id AND f.type = 'job.delivered') AS is_told
  FROM job j
 WHERE j.market_id = $1 AND ($2::uuid IS NULL OR j.id > $2)
   AND (j.status = 'delivered' OR EXISTS (SELECT FROM transfer t WHERE t.job_id = j.id))
 ORDER BY j.id LIMIT $3
