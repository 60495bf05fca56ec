-- List those of the credentials, each with the market that it was let into, that open no door there any more, whatever the reason.
-- $1 credential_ids text[], $2 market_ids text[]
SELECT id, market_id FROM unnest($1::text[], $2::text[]) AS asked (id, market_id)
 WHERE (id, market_id) NOT IN (
   SELECT k.id, coalesce(s.market_id, c.market_id, o.market_id)
     FROM open_credential k
     LEFT JOIN merchant s ON s.id = k.merchant_id
     LEFT JOIN courier c ON c.id = k.courier_id
     LEFT JOIN operator o ON o.id = k.operator_id
    WHERE k.id = ANY($1)
   UNION ALL
   SELECT k.id, a.market_id FROM open_credential k JOIN operator_market a ON a.operator_id = k.operator_id
    WHERE k.id = ANY($1))
