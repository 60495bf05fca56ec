-- Couriers carry no more than they declared, nothing less than nothing, and what is counted is what is in hand.
-- $1 market_id text
SELECT format('courier %s is %s: %s g of %s, %s l of %s, %s jobs of %s at once, %s live of %s', c.id, c.status,
              c.load_weight_g, c.capacity_weight_g, c.load_volume_l, c.capacity_volume_l, c.load_jobs_count,
              c.capacity_jobs_count, c.live_jobs_count, coalesce(h.count, 0)) AS broken
  FROM courier c
  LEFT JOIN (
    SELECT courier_id, count(*) FROM job WHERE market_id = $1 AND ended_at IS NULL GROUP BY courier_id
  ) h ON h.courier_id = c.id
 WHERE c.market_id = $1
   AND (c.load_weight_g NOT BETWEEN 0 AND c.capacity_weight_g OR c.load_volume_l NOT BETWEEN 0 AND c.capacity_volume_l
        OR c.load_jobs_count NOT BETWEEN 0 AND c.capacity_jobs_count OR c.live_jobs_count <> coalesce(h.count, 0)
        OR (c.load_jobs_count > 0) <> (c.live_jobs_count > 0) OR (c.status = 'busy') <> (c.live_jobs_count > 0))
 LIMIT 20
