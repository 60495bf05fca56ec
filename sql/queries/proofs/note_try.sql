-- Note a wrong code; the same one again is nothing new.
-- $1 stop_id uuid, $2 courier_id uuid, $3 code text
INSERT INTO proof_code_try (stop_id, courier_id, code) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING
