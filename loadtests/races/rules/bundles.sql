-- A bundle is active while jobs of it are in hand, and goes as its offer went otherwise.
-- $1 market_id text
SELECT format('bundle %s is %s; its offer is %s, %s jobs of it live', b.id, b.status, o.status, coalesce(h.count, 0))
         AS broken
  FROM bundle b JOIN offer o ON o.bundle_id = b.id
  LEFT JOIN (
    SELECT bundle_id, count(*) FROM job WHERE market_id = $1 AND ended_at IS NULL GROUP BY bundle_id
  ) h ON h.bundle_id = b.id
 WHERE b.market_id = $1
   AND b.status::text <> CASE WHEN o.status IN ('pending', 'seen') THEN 'offered'
                              WHEN o.status <> 'accepted' THEN 'dissolved'
                              WHEN coalesce(h.count, 0) > 0 THEN 'active'
                              ELSE 'completed' END
 LIMIT 20
