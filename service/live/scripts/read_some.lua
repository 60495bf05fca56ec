-- Read the fixes in some cells in one step, of a full cell only some; which ones is drawn.
-- KEYS couriers_in_cell of each
-- ARGV[1] how many of a cell at most
-- Returns for each cell its packed fixes, one behind the other.
local packed = {}
for i = 1, #KEYS do
  local drawn = redis.call('HRANDFIELD', KEYS[i], ARGV[1], 'WITHVALUES')
  local fixes = {}
  for j = 2, #drawn, 2 do
    fixes[#fixes + 1] = drawn[j]
  end
  packed[i] = table.concat(fixes)
end
return packed
