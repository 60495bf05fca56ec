"""Where a request comes from, as far as it can be believed."""

from collections.abc import Sequence
from functools import cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Protocol, TypeAlias

from litestar.datastructures import Address, Headers

Network: TypeAlias = IPv4Network | IPv6Network

UNKNOWN = "unknown"
_SITE_BITS = 64  # of an IPv6 address: the rest is one customer's to choose


class Asking(Protocol):
    """What is read here of a request."""

    @property
    def client(self) -> Address | None: ...
    @property
    def headers(self) -> Headers: ...


def address_of_request(request: Asking, *, trusted: Sequence[Network]) -> str:
    """Return where a request comes from."""
    return address_of(
        request.client.host if request.client else UNKNOWN,
        forwarded_for=request.headers.get("x-forwarded-for", ""),
        trusted=trusted,
    )


def exact_address_of_request(
    request: Asking, *, trusted: Sequence[Network]
) -> IPv4Address | IPv6Address | None:
    """Return the very address that a request comes from; None where nobody knows."""
    return _believed(
        request.client.host if request.client else UNKNOWN,
        forwarded_for=request.headers.get("x-forwarded-for", ""),
        trusted=trusted,
    )


def address_of(peer: str, *, forwarded_for: str, trusted: Sequence[Network]) -> str:
    """Return the site nearest to us that is not one of our proxies.

    Args:
        peer: who has opened the connection.
        forwarded_for: the header X-Forwarded-For, to which each proxy appends its own peer: what
            stands left of the first stranger, anybody may have written.
        trusted: our proxies.
    """
    believed = _believed(peer, forwarded_for=forwarded_for, trusted=trusted)
    return UNKNOWN if believed is None else _site(believed)


def _believed(
    peer: str, *, forwarded_for: str, trusted: Sequence[Network]
) -> IPv4Address | IPv6Address | None:
    believed = None
    for hop in reversed([*forwarded_for.split(","), peer]):
        address = _read(hop.strip())
        if address is None:
            break
        believed = address
        if not any(address in network for network in trusted):
            break
    return believed


@cache
def networks_of(text: str) -> Sequence[Network]:
    """Return the networks, or single addresses, with spaces between.

    Raises:
        ValueError: one is none.
    """
    return tuple(ip_network(word) for word in text.split())


def _read(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _site(address: IPv4Address | IPv6Address) -> str:
    if isinstance(address, IPv4Address):
        return str(address)
    return str(ip_network((address, _SITE_BITS), strict=False))
