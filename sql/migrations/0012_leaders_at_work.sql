-- A lease says who decides; this says when the holder last did: a leader whose loop stands still keeps its lease, and nobody noticed.

ALTER TABLE lease ADD COLUMN worked_at timestamptz;  -- real time; null: not since the lease was first taken
