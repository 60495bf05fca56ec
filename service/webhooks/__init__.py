"""Merchants' own endpoints are called: at least once, signed, in order for each job."""
