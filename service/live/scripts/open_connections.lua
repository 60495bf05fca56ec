-- Number new connections of couriers by one clock, note the newest of each, and tell those who hold older ones.
-- KEYS[1] connections
-- ARGV[1] channel   ARGV[i + 1] courier id i
-- Returns the numbers, in order: microseconds since 1970, and later than any number given before.
local time = redis.call('TIME')
local now_us = tonumber(time[1]) * 1000000 + tonumber(time[2])
local numbers, told = {}, {}
for i = 2, #ARGV do
  local id = ARGV[i]
  local former = tonumber(redis.call('HGET', KEYS[1], id) or 0)
  local number = math.max(now_us, former + 1)
  redis.call('HSET', KEYS[1], id, string.format('%.0f', number))
  numbers[#numbers + 1] = number
  told[#told + 1] = id .. struct.pack('>I8', number)
end
redis.call('PUBLISH', ARGV[1], table.concat(told))
return numbers
