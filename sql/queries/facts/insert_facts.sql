-- Record facts, in order.
-- $1 facts jsonb
INSERT INTO fact (type, market_id, actor, at, job_id, sequence, merchant_id, courier_id, offer_id, body)
SELECT type, market_id, actor, at, job_id, sequence, merchant_id, courier_id, offer_id, body
  FROM jsonb_populate_recordset(NULL::fact, $1)
