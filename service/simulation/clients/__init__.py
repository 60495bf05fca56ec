"""Simulated apps of couriers, merchants and operators; they use the public interfaces only."""
