"""Whole runs of the service with simulated people: the demo, the replay, and what they prove."""
