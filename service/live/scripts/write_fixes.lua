-- Move couriers to the cells of their newest fixes, in one step, so no reader sees one in two.
-- KEYS[1] position_cells   KEYS[2] position_times   KEYS[3] position_counts
-- KEYS[i + 3] couriers_in_cell(cell of fix i)
-- ARGV[1] how long keys live after this, seconds
-- ARGV[3i - 1] courier id   ARGV[3i] received_at_ms   ARGV[3i + 1] packed fix
-- Returns how many were applied; a fix is not when the stored one is as new or newer: a packed fix ends in its place in
-- the order of its device, 16 bytes that compare as text.

-- Counts are set to what is there, never added to: so a lost one is right again with the next move.
local function count(cell_key)
  local cell, couriers_count = string.match(cell_key, ':(%x+):%a+$'), redis.call('HLEN', cell_key)
  if couriers_count > 0 then
    redis.call('HSET', KEYS[3], cell, couriers_count)
  else
    redis.call('HDEL', KEYS[3], cell)
  end
end

local applied_count, ttl_s = 0, ARGV[1]
for i = 1, #KEYS - 3 do
  local id, received_at_ms, record = ARGV[3 * i - 1], ARGV[3 * i], ARGV[3 * i + 1]
  local cell_key = KEYS[i + 3]
  local former_key = redis.call('HGET', KEYS[1], id)
  local former = former_key and redis.call('HGET', former_key, id)
  if not former or former:sub(-16) < record:sub(-16) then
    redis.call('HSET', cell_key, id, record)
    if former_key ~= cell_key then
      if former_key then
        redis.call('HDEL', former_key, id)
        count(former_key)
      end
      redis.call('HSET', KEYS[1], id, cell_key)
    end
    if former_key ~= cell_key or not former then -- the cell's key may have expired meanwhile
      count(cell_key)
    end
    redis.call('EXPIRE', cell_key, ttl_s)
    redis.call('ZADD', KEYS[2], received_at_ms, id)
    applied_count = applied_count + 1
  end
end
for i = 1, 3 do
  redis.call('EXPIRE', KEYS[i], ttl_s)
end
return applied_count
