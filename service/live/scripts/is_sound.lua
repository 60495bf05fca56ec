-- Tell whether what is kept of a market is of our types, and whether all that is kept of positions agrees, at one instant.
-- KEYS[1] position_cells   KEYS[2] position_times   KEYS[3] position_counts
-- KEYS[4] job_cells   KEYS[5] roster   KEYS[6] connections   KEYS[7] index_epoch
-- KEYS[i + 7] couriers_in_cell(cell i)
-- ARGV[i] cell i, in hexadecimal
-- Returns 1 if so, else 0.
local types = {'hash', 'zset', 'hash', 'hash', 'hash', 'hash', 'string'}
for i, key in ipairs(KEYS) do
  local found = redis.call('TYPE', key).ok
  if found ~= 'none' and found ~= (types[i] or 'hash') then
    return 0
  end
end
for i, cell in ipairs(ARGV) do
  if redis.call('HLEN', KEYS[i + 7]) ~= tonumber(redis.call('HGET', KEYS[3], cell) or 0) then
    return 0
  end
end
local couriers_count = 0
for _, count in ipairs(redis.call('HVALS', KEYS[3])) do
  couriers_count = couriers_count + (tonumber(count) or -1)
end
local is_one = couriers_count == redis.call('HLEN', KEYS[1]) and couriers_count == redis.call('ZCARD', KEYS[2])
return is_one and 1 or 0
