-- Take couriers out of their cells, in one step, unless they have reported since.
-- KEYS[1] position_cells   KEYS[2] position_times   KEYS[3] position_counts
-- ARGV[1] before_ms: newer fixes stay   ARGV[i + 1] courier id i
-- Returns how many were removed.

-- Counts are set to what is there, never added to; as in write_fixes.
local function count(cell_key)
  local cell, couriers_count = string.match(cell_key, ':(%x+):%a+$'), redis.call('HLEN', cell_key)
  if couriers_count > 0 then
    redis.call('HSET', KEYS[3], cell, couriers_count)
  else
    redis.call('HDEL', KEYS[3], cell)
  end
end

local removed_count = 0
for i = 2, #ARGV do
  local id = ARGV[i]
  local received_at_ms = redis.call('ZSCORE', KEYS[2], id)
  if received_at_ms and tonumber(received_at_ms) < tonumber(ARGV[1]) then
    local cell_key = redis.call('HGET', KEYS[1], id)
    if cell_key then
      redis.call('HDEL', cell_key, id)
      count(cell_key)
    end
    redis.call('HDEL', KEYS[1], id)
    removed_count = removed_count + redis.call('ZREM', KEYS[2], id)
  end
end
return removed_count
