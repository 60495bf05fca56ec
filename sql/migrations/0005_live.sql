-- What became of an offer on its way: written to the courier's socket, taken in by the app, seen by the courier.
ALTER TABLE offer ADD COLUMN sent_at timestamptz, ADD COLUMN acknowledged_at timestamptz;
UPDATE offer SET acknowledged_at = seen_at WHERE seen_at IS NOT NULL;
