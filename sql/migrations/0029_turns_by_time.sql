-- hexhaul:concurrently
-- What becomes of jobs, and when they are looked for, by time: for the figures of hours, which read no more than the index.
CREATE INDEX CONCURRENTLY IF NOT EXISTS fact_of_fate ON fact (market_id, at) INCLUDE (type)
  WHERE type IN ('job.created', 'job.delivered', 'job.returned', 'job.failed', 'job.canceled', 'job.expired');
CREATE INDEX CONCURRENTLY IF NOT EXISTS fact_of_search ON fact (market_id, at) INCLUDE (type, job_id, id)
  WHERE type IN ('job.opened', 'job.assigned', 'job.reassigned', 'job.canceled', 'job.expired');
