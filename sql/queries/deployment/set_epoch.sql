-- Let a new history begin: whoever was told of another one starts afresh.
-- $1 epoch uuid
UPDATE deployment SET epoch = $1
