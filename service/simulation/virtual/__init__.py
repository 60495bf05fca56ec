"""A day in virtual time: the engine decides at every tick, and nobody waits for a clock."""
