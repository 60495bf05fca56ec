-- List those of the credentials that open no door any more, whatever the reason.
-- $1 credential_ids text[]
SELECT id FROM unnest($1::text[]) AS asked (id) WHERE id NOT IN (SELECT id FROM open_credential WHERE id = ANY($1))
