"""From where a key may be used: networks, IPv4 and IPv6, in their canonical form. None is anywhere.

What asks is an address as the outermost of our own proxies saw it; where that is not known, no list
lets it in.
"""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network
from typing import TypeAlias

from service.domain.errors import ForbiddenError, InvalidParamsError

NETWORKS_COUNT_MAX = 20

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network

_MAPPED = IPv6Network("::ffff:0:0/96")


def canonical(texts: Sequence[str]) -> tuple[str, ...]:
    """Return the networks as they are kept, each once, in their order; an address is one of one.

    Raises:
        InvalidParamsError: one is no network, or there are too many.
    """
    networks = tuple(dict.fromkeys(_read(text) for text in texts))
    if len(networks) > NETWORKS_COUNT_MAX:
        raise InvalidParamsError(f"at most {NETWORKS_COUNT_MAX} networks", field="/allowed_from")
    return tuple(str(network) for network in networks)


def is_allowed(allowed_from: Sequence[str], address: Address | None) -> bool:
    """Return whether a key with this list may be used from there; None is not known."""
    if not allowed_from:
        return True
    return address is not None and any(address in ip_network(text) for text in allowed_from)


def check_within(allowed_from: Sequence[str], granted_by: Sequence[str]) -> None:
    """Check that a key can pass on this list: no key opens more than the one that makes it.

    Raises:
        ForbiddenError: it would be for more than where the other may be used itself.
    """
    if not granted_by:
        return
    own = [ip_network(text) for text in granted_by]
    networks = [ip_network(text) for text in allowed_from]
    if not networks or not all(any(_is_within(one, other) for other in own) for one in networks):
        raise ForbiddenError("this key cannot let another be used from where it may not be used")


def _is_within(one: Network, other: Network) -> bool:
    if isinstance(one, IPv4Network):
        return isinstance(other, IPv4Network) and one.subnet_of(other)
    return isinstance(other, IPv6Network) and one.subnet_of(other)


def _read(text: str) -> Network:
    try:
        network = ip_network(text)
    except ValueError:
        raise InvalidParamsError(
            "not a network such as 192.0.2.0/24 or 2001:db8::/48", field="/allowed_from"
        ) from None
    if isinstance(network, IPv6Network) and network.subnet_of(_MAPPED):
        raise InvalidParamsError(f"write {text} as IPv4", field="/allowed_from")
    return network
