-- Legs between stops, newest first: what the correction of travel times is learned from.

CREATE INDEX stop_reached ON stop (arrived_at) WHERE arrived_at IS NOT NULL;
