-- Take tokens from each bucket that has them, or give some back.
-- KEYS[i] bucket(name i)
-- ARGV[3i-2] tokens a second   ARGV[3i-1] tokens of a full bucket   ARGV[3i] how many; below 0 they are given back
-- Returns for each, in order: 1 if they were there, else 0; in how many microseconds the bucket is full.
local time = redis.call('TIME')
local now_us = tonumber(time[1]) * 1000000 + tonumber(time[2])
local taken = {}
for i, key in ipairs(KEYS) do
  local token_us = 1000000 / tonumber(ARGV[3 * i - 2])
  local whole_us = tonumber(ARGV[3 * i - 1]) * token_us
  local count = tonumber(ARGV[3 * i])
  -- What is no bucket is a full one; and none is emptier than empty, though the clock was set back by an hour.
  local is_string = redis.call('TYPE', key).ok == 'string'
  local stored_us = is_string and tonumber(redis.call('GET', key)) or 0
  local full_at_us = math.max(now_us, math.min(now_us + whole_us, stored_us))
  local after_us = math.max(now_us, full_at_us + count * token_us)
  local is_allowed = count <= 0 or after_us <= now_us + whole_us + 1
  if is_allowed then
    full_at_us = after_us
    if after_us == now_us then
      redis.call('DEL', key)
    else
      redis.call('SET', key, string.format('%.0f', after_us), 'PX', math.ceil((after_us - now_us) / 1000))
    end
  end
  taken[#taken + 1] = is_allowed and 1 or 0
  taken[#taken + 1] = math.ceil(full_at_us - now_us)
end
return taken
