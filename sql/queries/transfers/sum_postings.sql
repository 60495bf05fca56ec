-- Sum up what went to and from an account in a period, by currency.
-- $1 account text, $2 from_at timestamptz, $3 to_at timestamptz
SELECT currency, count(*) AS lines_count, coalesce(sum(amount_cents) FILTER (WHERE amount_cents > 0), 0)::bigint AS credits_cents,
       coalesce(-sum(amount_cents) FILTER (WHERE amount_cents < 0), 0)::bigint AS debits_cents
  FROM posting WHERE account = $1 AND at >= $2 AND at < $3
 GROUP BY currency ORDER BY currency
