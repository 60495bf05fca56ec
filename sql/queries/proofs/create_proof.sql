-- Keep a proof, unless one with this id is kept.
-- $1 proof_id uuid, $2 job_id uuid, $3 stop_id uuid, $4 courier_id uuid, $5 kind proof_kind, $6 media_type text, $7 width_px int4, $8 height_px int4, $9 sha256 bytea, $10 content bytea, $11 created_at timestamptz, $12 lat_deg float8, $13 lng_deg float8, $14 accuracy_m float8
INSERT INTO proof (id, job_id, stop_id, courier_id, kind, media_type, width_px, height_px, bytes_count, sha256, content,
                   created_at, lat_deg, lng_deg, accuracy_m)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, length($10::bytea), $9, $10, $11, $12, $13, $14)
ON CONFLICT (id) DO NOTHING
