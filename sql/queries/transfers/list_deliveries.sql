-- List what is to be settled of the delivered jobs of a market, after a cursor.
-- $1 market_id text, $2 after_id uuid, $3 limit_count int8
SELECT j.id AS job_id, j.market_id, j.merchant_id, j.courier_id, j.fee_cents,
       coalesce((SELECT agreed_pay_cents(a.offer_id, j.id) FROM assignment a
                  WHERE a.job_id = j.id ORDER BY a.started_at DESC LIMIT 1), 0) AS pay_cents,
       j.currency, j.ended_at AS at
  FROM job j
 WHERE j.market_id = $1 AND j.status = 'delivered' AND ($2::uuid IS NULL OR j.id > $2)
 ORDER BY j.id LIMIT $3
