"""Where a client of Postgres says COMMIT, in the bytes that it sends."""

# A simple query (type, length with itself, text, a zero), as asyncpg ends its transactions.
COMMIT = b"Q\x00\x00\x00\x0cCOMMIT;\x00"


class CommitWatch:
    """Looks for COMMIT in one direction of one connection, however its bytes are cut up."""

    def __init__(self) -> None:
        self._rest = b""  # the end of what was seen, as far as a COMMIT may have begun in it

    def sees(self, chunk: bytes) -> bool:
        """Return whether a COMMIT ends in this chunk."""
        seen = self._rest + chunk
        self._rest = seen[-(len(COMMIT) - 1) :]
        return COMMIT in seen
