-- Let an operator do nothing any more after so long.
-- $1 operator_id uuid, $2 ends_in_s int4
UPDATE operator SET disabled_at = clock_timestamp() + $2::int4 * interval '1 s' WHERE id = $1
