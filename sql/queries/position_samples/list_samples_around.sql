-- List where a courier was seen last before an instant and first after it.
-- $1 courier_id uuid, $2 at timestamptz
(SELECT market_id, courier_id, at, lat_deg, lng_deg
   FROM position_sample WHERE courier_id = $1 AND at <= $2 ORDER BY at DESC LIMIT 1)
UNION ALL
(SELECT market_id, courier_id, at, lat_deg, lng_deg
   FROM position_sample WHERE courier_id = $1 AND at > $2 ORDER BY at LIMIT 1)
