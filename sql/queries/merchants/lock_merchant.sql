-- Lock a merchant, so that what it has is counted by one at a time.
-- $1 merchant_id uuid
SELECT id FROM merchant WHERE id = $1 FOR NO KEY UPDATE
