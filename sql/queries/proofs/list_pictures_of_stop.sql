-- List the pictures that a courier has uploaded for a stop, oldest first.
-- $1 stop_id uuid, $2 courier_id uuid
SELECT id, kind, sha256 FROM proof WHERE stop_id = $1 AND courier_id = $2 AND kind <> 'code' ORDER BY created_at, id
