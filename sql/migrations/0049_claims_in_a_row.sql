-- A call that ends the process that makes it would be made again for ever: claims are counted until one is heard to have ended.
ALTER TABLE webhook_lane ADD COLUMN claims_count int NOT NULL DEFAULT 0;
