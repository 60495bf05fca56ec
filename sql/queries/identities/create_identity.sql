-- Let an issuer vouch for an operator, under a name of the issuer's.
-- $1 issuer text, $2 subject text, $3 operator_id uuid, $4 password text
INSERT INTO identity (issuer, subject, operator_id, password) VALUES ($1, $2, $3, $4)
