-- Sum up the accounts of a market, those of merchants, of couriers and its own apart, by currency.
-- $1 market_id text
SELECT split_part(account, ':', 1) AS owners, currency, sum(amount_cents)::bigint AS balance_cents
  FROM posting WHERE market_id = $1
 GROUP BY 1, 2 ORDER BY 2, 1
