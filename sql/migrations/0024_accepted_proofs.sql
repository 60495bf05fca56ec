-- By which pictures a stop was completed is on record for good: id, kind and SHA-256 of each that the courier named. Stops that
-- were completed before name none.
ALTER TABLE stop ADD COLUMN accepted_proofs jsonb NOT NULL DEFAULT '[]';
