-- Of two rows or facts about an exception the one with the higher version is newer.
ALTER TABLE exception ADD COLUMN version integer NOT NULL DEFAULT 1;

-- What a human has decided about an exception hushes it for a while, whatever it was.
DROP INDEX exception_dismissed;
CREATE INDEX exception_decided ON exception (market_id, resolved_at)
  WHERE resolution IN ('dismiss', 'fail', 'reassign', 'retry');
