-- Let no issuer but our own vouch for an operator any more.
-- $1 operator_id uuid, $2 local_issuer text
DELETE FROM identity WHERE operator_id = $1 AND issuer <> $2
