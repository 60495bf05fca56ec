-- Write what an action may change of a courier, over the version that it read.
-- $1 courier_id uuid, $2 version int8, $3 status courier_status, $4 vehicle vehicle, $5 capacity_weight_g int4, $6 capacity_volume_l int4, $7 capacity_jobs_count int4, $8 load_weight_g int4, $9 load_volume_l int4, $10 load_jobs_count int4, $11 live_jobs_count int4, $12 shift_ends_at timestamptz, $13 status_changed_at timestamptz
UPDATE courier
   SET version = $2, status = $3, vehicle = $4, capacity_weight_g = $5, capacity_volume_l = $6,
       capacity_jobs_count = $7, load_weight_g = $8, load_volume_l = $9, load_jobs_count = $10, live_jobs_count = $11,
       shift_ends_at = $12, status_changed_at = $13
 WHERE id = $1
