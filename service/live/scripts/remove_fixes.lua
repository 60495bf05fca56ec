-- Take couriers out of their cells, in one step, unless they have reported since.
-- KEYS[1] position_cells   KEYS[2] position_times
-- ARGV[1] before_ms: newer fixes stay   ARGV[i + 1] courier id i
-- Returns how many were removed.
local removed_count = 0
for i = 2, #ARGV do
  local id = ARGV[i]
  local received_at_ms = redis.call('ZSCORE', KEYS[2], id)
  if received_at_ms and tonumber(received_at_ms) < tonumber(ARGV[1]) then
    local cell_key = redis.call('HGET', KEYS[1], id)
    if cell_key then
      redis.call('HDEL', cell_key, id)
    end
    redis.call('HDEL', KEYS[1], id)
    removed_count = removed_count + redis.call('ZREM', KEYS[2], id)
  end
end
return removed_count
