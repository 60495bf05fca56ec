-- Write what an action may change of a stop.
-- $1 stop_id uuid, $2 status stop_status, $3 courier_id uuid, $4 route_position int4, $5 arrived_at timestamptz, $6 completed_at timestamptz, $7 failed_at timestamptz, $8 failure_reason reason_code
UPDATE stop
   SET status = $2, courier_id = $3, route_position = $4, arrived_at = $5, completed_at = $6, failed_at = $7,
       failure_reason = $8
 WHERE id = $1
