"""Where a client connects to, and what it shows at the door."""

from collections.abc import Mapping

from msgspec import Struct


class Address(Struct, frozen=True):
    """A websocket's URL, with its ticket if there is one, and the headers of the handshake."""

    url: str
    headers: Mapping[str, str] = {}


class DialError(Exception):
    """There is no address now, for example no ticket; try again later."""


class KeyRefusedError(DialError):
    """There is no ticket for this key, now or later."""
