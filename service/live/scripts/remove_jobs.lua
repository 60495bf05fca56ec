-- Take jobs out of their cells, in one step.
-- KEYS[1] job_cells
-- ARGV job ids
-- Returns how many there were.
local removed_count = 0
for _, id in ipairs(ARGV) do
  local cell_key = redis.call('HGET', KEYS[1], id)
  if cell_key then
    redis.call('HDEL', cell_key, id)
    removed_count = removed_count + redis.call('HDEL', KEYS[1], id)
  end
end
return removed_count
