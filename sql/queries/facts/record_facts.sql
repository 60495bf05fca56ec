-- Record facts, in order, in the transaction that decided them.
-- $1 types text[], $2 market_ids text[], $3 actors actor[], $4 ats timestamptz[], $5 job_ids uuid[], $6 sequences int8[], $7 merchant_ids uuid[], $8 courier_ids uuid[], $9 offer_ids uuid[], $10 bodies jsonb[]
INSERT INTO fact (type, market_id, actor, at, job_id, sequence, merchant_id, courier_id, offer_id, body)
SELECT * FROM unnest($1::text[], $2::text[], $3::actor[], $4::timestamptz[], $5::uuid[], $6::int8[], $7::uuid[],
                     $8::uuid[], $9::uuid[], $10::jsonb[])
