-- An arrival that was said without a network is told late: when the courier was there, by the courier's phone. `arrived_at`
-- stays the instant at which the service believed it.
ALTER TABLE stop ADD COLUMN reached_at timestamptz;
