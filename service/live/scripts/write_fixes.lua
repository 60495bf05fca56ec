-- Move couriers to the cells of their newest fixes, in one step, so no reader sees one in two.
-- KEYS[1] position_cells   KEYS[2] position_times   KEYS[i + 2] couriers_in_cell(cell of fix i)
-- ARGV[3i - 2] courier id   ARGV[3i - 1] received_at_ms   ARGV[3i] packed fix
-- Returns how many were applied; a fix is not when the stored one is as new or newer: a packed fix ends in its place in
-- the order of its device, 16 bytes that compare as text.
local applied_count = 0
for i = 1, #KEYS - 2 do
  local id, received_at_ms, record = ARGV[3 * i - 2], ARGV[3 * i - 1], ARGV[3 * i]
  local cell_key = KEYS[i + 2]
  local former_key = redis.call('HGET', KEYS[1], id)
  local former = former_key and redis.call('HGET', former_key, id)
  if not former or former:sub(-16) < record:sub(-16) then
    if former_key ~= cell_key then
      if former_key then
        redis.call('HDEL', former_key, id)
      end
      redis.call('HSET', KEYS[1], id, cell_key)
    end
    redis.call('HSET', cell_key, id, record)
    redis.call('ZADD', KEYS[2], received_at_ms, id)
    applied_count = applied_count + 1
  end
end
return applied_count
