-- Where idle couriers were is kept apart from what a tick decided on, and not as long.
ALTER TABLE recorded_tick ADD COLUMN exact_places bytea;
CREATE INDEX recorded_tick_exact ON recorded_tick (at) WHERE exact_places IS NOT NULL;
