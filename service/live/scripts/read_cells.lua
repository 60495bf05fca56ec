-- Read all fixes in some cells in one step, so that who goes from one to another is in one of them.
-- KEYS couriers_in_cell of each
-- Returns for each cell its packed fixes, one behind the other.
local packed = {}
for i = 1, #KEYS do
  packed[i] = table.concat(redis.call('HVALS', KEYS[i]))
end
return packed
