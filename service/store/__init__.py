"""Postgres, the system of record: one typed function per query file, and nothing else."""
