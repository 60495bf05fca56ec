-- Mark the index as whole, unless what was written since the build began is lost: then its token is gone as well.
-- KEYS[1] index_epoch   KEYS[2] index_building
-- ARGV[1] the epoch
-- Returns 1 if it is marked, else 0.
if redis.call('GET', KEYS[2]) ~= ARGV[1] then
  return 0
end
redis.call('SET', KEYS[1], ARGV[1])
redis.call('UNLINK', KEYS[2])
return 1
