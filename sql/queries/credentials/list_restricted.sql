-- List from where those of the keys may be used that are not good anywhere.
-- $1 credential_ids text[]
SELECT id, allowed_from FROM credential WHERE id = ANY($1) AND allowed_from <> '{}'
