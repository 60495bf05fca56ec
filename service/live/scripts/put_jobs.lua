-- Put jobs into the cells of their pickups, each out of the cell where it was, in one step.
-- KEYS[1] job_cells   KEYS[i + 1] jobs_in_cell(cell of job i)
-- ARGV[2i - 1] job id   ARGV[2i] packed job
-- Returns how many jobs there were.
local jobs_count = #KEYS - 1
for i = 1, jobs_count do
  local id, record, cell_key = ARGV[2 * i - 1], ARGV[2 * i], KEYS[i + 1]
  local former_key = redis.call('HGET', KEYS[1], id)
  if former_key ~= cell_key then
    if former_key then
      redis.call('HDEL', former_key, id)
    end
    redis.call('HSET', KEYS[1], id, cell_key)
  end
  redis.call('HSET', cell_key, id, record)
end
return jobs_count
