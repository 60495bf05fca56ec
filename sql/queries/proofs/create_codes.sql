-- Keep the codes of a new job's stops.
-- $1 job_id uuid, $2 kinds stop_kind[], $3 codes text[]
INSERT INTO proof_code (job_id, kind, code) SELECT $1, kind, code FROM unnest($2::stop_kind[], $3::text[]) AS c (kind, code)
