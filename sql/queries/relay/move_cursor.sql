-- Move the place; it never goes back.
-- $1 market_id text, $2 xid text, $3 id int8
UPDATE relay_cursor SET xid = $2::text::xid8, id = $3 WHERE market_id = $1 AND (xid, id) < ($2::text::xid8, $3)
