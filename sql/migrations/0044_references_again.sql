-- hexhaul:concurrently
-- What was returned, canceled, has expired or failed may be posted again under its reference.
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS job_reference_once ON job (merchant_id, reference)
 WHERE reference IS NOT NULL AND status NOT IN ('returned', 'canceled', 'expired', 'failed');
-- For whoever looks for all jobs of a reference.
CREATE INDEX CONCURRENTLY IF NOT EXISTS job_by_reference ON job (merchant_id, reference) WHERE reference IS NOT NULL;
