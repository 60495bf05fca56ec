-- Remove all jobs, the roster and the epoch in one step, so that no reader takes half for all.
-- KEYS[1] job_cells   KEYS[2] roster   KEYS[3] index_epoch
-- Returns how many jobs there were.
local cell_keys = redis.call('HVALS', KEYS[1])
for _, cell_key in ipairs(cell_keys) do
  redis.call('UNLINK', cell_key)
end
redis.call('UNLINK', KEYS[1], KEYS[2], KEYS[3])
return #cell_keys
