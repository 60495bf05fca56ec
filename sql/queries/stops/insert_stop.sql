-- Insert a stop.
-- $1 stop_id uuid, $2 job_id uuid, $3 kind stop_kind, $4 attempt int4, $5 status stop_status, $6 courier_id uuid, $7 route_position int4, $8 lat_deg float8, $9 lng_deg float8, $10 service_s int4, $11 address text, $12 contact_name text, $13 contact_phone text, $14 instructions text
INSERT INTO stop (id, job_id, kind, attempt, status, courier_id, route_position, lat_deg, lng_deg, service_s, address,
                  contact_name, contact_phone, instructions)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
