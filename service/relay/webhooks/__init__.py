"""Merchants' own endpoints are told: at least once, signed, in order for each job."""
