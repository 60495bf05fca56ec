-- Keep what a recipient thinks of a delivery, once; answer with nothing if it was said before.
-- $1 job_id uuid, $2 courier_id uuid, $3 score int4, $4 tags rating_tag[], $5 comment text, $6 created_at timestamptz
INSERT INTO rating (job_id, courier_id, score, tags, comment, created_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (job_id) DO NOTHING
RETURNING true AS is_new
