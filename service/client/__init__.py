"""A client of the live streams and of the REST interface; it knows the wire and nothing else."""
