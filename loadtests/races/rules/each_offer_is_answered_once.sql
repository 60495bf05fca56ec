-- An offer is made once, and one answer wins.
-- $1 market_id text
SELECT format('offer %s is %s: made %s times, answered %s times', o.id, o.status, f.made, f.answered) AS broken
  FROM offer o
  LEFT JOIN (
    SELECT offer_id, count(*) FILTER (WHERE type = 'offer.made') AS made,
           count(*) FILTER (WHERE type IN ('offer.accepted', 'offer.declined', 'offer.expired', 'offer.revoked',
                                           'offer.unreachable')) AS answered
      FROM fact WHERE market_id = $1 AND job_id IS NULL AND offer_id IS NOT NULL GROUP BY offer_id
  ) f ON f.offer_id = o.id
 WHERE o.market_id = $1
   AND (f.made IS DISTINCT FROM 1 OR f.answered <> CASE WHEN o.status IN ('pending', 'seen') THEN 0 ELSE 1 END)
 LIMIT 20
