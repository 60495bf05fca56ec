-- Of two rows or facts about an exception the one with the higher version is newer.
ALTER TABLE exception ADD COLUMN version integer NOT NULL DEFAULT 1;

-- What a human has decided about an exception hushes it for a while, whatever it was.
DROP INDEX exception_dismissed;
CREATE INDEX exception_decided ON exception (market_id, resolved_at)
  WHERE resolution IN ('dismiss', 'fail', 'reassign', 'retry');

-- What is listed about a job, a courier or of a kind, newest first.
CREATE INDEX exception_of_job ON exception (job_id, id) WHERE job_id IS NOT NULL;
CREATE INDEX exception_of_courier ON exception (courier_id, id) WHERE courier_id IS NOT NULL;
CREATE INDEX exception_of_kind ON exception (market_id, kind, id);

-- Open jobs are read by how long they have waited; nobody reads them by id alone.
CREATE INDEX job_searching ON job (market_id, opened_at, id) WHERE status = 'open';
DROP INDEX job_open;
