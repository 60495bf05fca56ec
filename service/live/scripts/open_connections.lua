-- Number new connections of couriers, note the newest of each, and tell those who hold older ones.
-- KEYS[1] connections
-- ARGV[1] channel   ARGV[2] the number of this instant   ARGV[i + 2] courier id i
-- Returns the numbers, in order: of this instant, or the next one after the courier's last if that is higher.
local now = tonumber(ARGV[2])
local numbers, told = {}, {}
for i = 3, #ARGV do
  local id = ARGV[i]
  local former = tonumber(redis.call('HGET', KEYS[1], id) or 0)
  local number = math.max(now, former + 1)
  redis.call('HSET', KEYS[1], id, string.format('%.0f', number))
  numbers[#numbers + 1] = number
  told[#told + 1] = id .. struct.pack('>I8', number)
end
redis.call('PUBLISH', ARGV[1], table.concat(told))
return numbers
