-- An event that the relay put aside is never told: the next of its lane says so, as after one that was given up.
ALTER TABLE webhook_lane ADD COLUMN gap_after_seq bigint;  -- what should have come after it is missing; null: nothing ever was
ALTER TABLE webhook_delivery ADD COLUMN follows_gap boolean NOT NULL DEFAULT false;
