"""Checks of the servers that DATABASE_URL and REDIS_URL name, by plain sockets."""

import socket
from urllib.parse import parse_qs, unquote, urlsplit

from service.commands.doctor.finding import Finding

CONNECT_TIMEOUT_S = 2.0

Address = tuple[str, int] | str  # host and port, or the path of a socket


def postgres_address(url: str) -> Address:
    """Return where a libpq URL leads; the first place if it names several.

    Raises:
        ValueError: it is not such a URL.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise ValueError("it does not begin with postgresql://")
    query = parse_qs(parts.query)
    first = urlsplit(f"//{parts.netloc.rpartition('@')[2].partition(',')[0]}")
    host = unquote(first.hostname or "") or query.get("host", ["localhost"])[0].partition(",")[0]
    port = first.port or int(query.get("port", ["5432"])[0].partition(",")[0])
    return f"{host}/.s.PGSQL.{port}" if host.startswith("/") else (host, port)


def redis_address(url: str) -> Address:
    """Return where a Redis URL leads.

    Raises:
        ValueError: it is not such a URL.
    """
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return unquote(parts.path)
    if parts.scheme not in ("redis", "rediss"):
        raise ValueError("it does not begin with redis://, rediss:// or unix://")
    return parts.hostname or "localhost", parts.port or 6379


def connect(address: Address) -> socket.socket:
    if isinstance(address, tuple):
        return socket.create_connection(address, CONNECT_TIMEOUT_S)
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(CONNECT_TIMEOUT_S)
    try:
        connection.connect(address)
    except BaseException:
        connection.close()
        raise
    return connection


def check_database(url: str) -> Finding:
    try:
        connect(postgres_address(url)).close()
    except (OSError, ValueError) as error:
        return _unreachable("DATABASE_URL", error)
    return Finding(level="ok", subject="DATABASE_URL", meaning="something listens there")


def check_redis(url: str) -> Finding:
    try:
        with connect(redis_address(url)) as connection:
            if url.startswith("rediss:"):
                return Finding(level="ok", subject="REDIS_URL", meaning="something listens there")
            connection.sendall(b"PING\r\n")
            answer = connection.recv(64)
    except (OSError, ValueError) as error:
        return _unreachable("REDIS_URL", error)
    if answer.startswith((b"+PONG", b"-NOAUTH")):
        return Finding(level="ok", subject="REDIS_URL", meaning="it answers")
    return Finding(
        level="fail",
        subject="REDIS_URL",
        meaning=f"what listens there is not ready, or no Redis: {answer!r}",
        advice="look at that server, or unset REDIS_URL to use an embedded one",
    )


def _unreachable(name: str, error: Exception) -> Finding:
    return Finding(
        level="fail",
        subject=name,
        meaning=f"nothing can be reached there ({error})",
        advice=f"start that server, correct the URL, or unset {name} to use an embedded one",
    )
