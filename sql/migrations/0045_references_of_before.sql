-- A reference named one job for good.
DROP INDEX IF EXISTS job_reference;
