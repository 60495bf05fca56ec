-- Move the place past some facts, if it is still before the first of them.
-- $1 market_id text, $2 first_xid text, $3 first_id int8, $4 xid text, $5 id int8
UPDATE relay_cursor SET xid = $4::text::xid8, id = $5
 WHERE market_id = $1 AND (xid, id) < ($2::text::xid8, $3)
