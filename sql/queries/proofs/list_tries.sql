-- List the wrong codes that a courier has said at a stop.
-- $1 stop_id uuid, $2 courier_id uuid
SELECT code FROM proof_code_try WHERE stop_id = $1 AND courier_id = $2
