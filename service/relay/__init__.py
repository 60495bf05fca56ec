"""The one door: facts leave Postgres here, to the sockets and to the live index; and the sweeps."""
