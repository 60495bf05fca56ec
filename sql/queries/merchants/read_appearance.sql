-- Read how a merchant looks.
-- $1 merchant_id uuid
SELECT name, color FROM merchant WHERE id = $1
