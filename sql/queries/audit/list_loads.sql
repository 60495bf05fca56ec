-- List what each courier of a market may carry, is said to carry, and has in hand.
-- $1 market_id text
SELECT c.id, c.capacity_weight_g, c.capacity_volume_l, c.capacity_jobs_count, c.load_weight_g, c.load_volume_l,
       c.load_jobs_count, c.live_jobs_count,
       (SELECT count(*) FROM job j WHERE j.courier_id = c.id AND j.ended_at IS NULL) AS jobs_count
  FROM courier c WHERE c.market_id = $1
 ORDER BY c.id
