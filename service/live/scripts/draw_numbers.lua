-- Draw numbers for connections that couriers open: each is higher than all that were drawn before.
-- KEYS[1] connections
-- ARGV[1] the number of this instant   ARGV[i + 1] courier id i
-- Returns the numbers, in order: of this instant, or the next one after the last if that is higher.
local last = tonumber(redis.call('HGET', KEYS[1], 'last') or 0)
local numbers = {}
for i = 2, #ARGV do
  local newest = tonumber(redis.call('HGET', KEYS[1], ARGV[i]) or 0)
  last = math.max(tonumber(ARGV[1]), last + 1, newest + 1)
  numbers[#numbers + 1] = last
end
redis.call('HSET', KEYS[1], 'last', string.format('%.0f', last))
return numbers
