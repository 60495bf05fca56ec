-- Note the newest connection of each courier, and tell those who hold older ones.
-- KEYS[1] connections
-- ARGV[1] channel   ARGV[2i] courier id i   ARGV[2i + 1] the number of the connection
-- Returns the number of the courier's newest, in order: this one or a higher one.
local newest, told = {}, {}
for i = 2, #ARGV, 2 do
  local id, number = ARGV[i], tonumber(ARGV[i + 1])
  local known = tonumber(redis.call('HGET', KEYS[1], id) or 0)
  if number > known then
    redis.call('HSET', KEYS[1], id, string.format('%.0f', number))
    told[#told + 1] = id .. struct.pack('>I8', number)
  end
  newest[#newest + 1] = math.max(number, known)
end
if #told > 0 then
  redis.call('PUBLISH', ARGV[1], table.concat(told))
end
return newest
