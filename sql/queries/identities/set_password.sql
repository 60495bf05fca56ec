-- Replace the hash of a password; answer with whose it is.
-- $1 issuer text, $2 subject text, $3 password text
UPDATE identity SET password = $3 WHERE issuer = $1 AND subject = $2 RETURNING operator_id
