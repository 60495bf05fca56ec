-- Read the fixes of couriers in one step, so that none is missed because it changes its cell.
-- KEYS[1] position_cells
-- ARGV courier ids
-- Returns the packed fixes of those who have one.
local records = {}
for _, id in ipairs(ARGV) do
  local cell_key = redis.call('HGET', KEYS[1], id)
  local record = cell_key and redis.call('HGET', cell_key, id)
  if record then
    records[#records + 1] = record
  end
end
return records
