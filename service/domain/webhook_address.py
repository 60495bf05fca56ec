"""Which hosts a stranger may let us call: public ones by https, and nothing of our own network.

A URL is checked when it is set, and each address that its host resolves to when it is called
(OWASP API7:2023, server-side request forgery).
"""

import re
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from msgspec import Struct

from service.domain.errors import InvalidParamsError

URL_LENGTH_MAX = 500
HTTPS_PORT = 443

_Address = IPv4Address | IPv6Address

_URL = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<path>/[a-z0-9/_.~!$&'()*+,;=:@%?-]*)?",
    re.IGNORECASE | re.ASCII,
)
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_HOST_LENGTH_MAX = 253

# The IANA registry of special-purpose addresses, multicast, and the metadata service of one cloud
# that has a public address; those of the others are link-local, shared or unique local.
_NOT_PUBLIC_V4 = tuple(
    IPv4Network(text)
    for text in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "168.63.129.16/32",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
# Global unicast only: loopback, IPv4-mapped, NAT64, unique local, link-local and multicast are
# elsewhere. Within it, what carries an IPv4 address or belongs to nobody.
_GLOBAL_V6 = IPv6Network("2000::/3")
_NOT_PUBLIC_V6 = tuple(
    IPv6Network(text) for text in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
)


class ForbiddenUrlError(InvalidParamsError):
    """The URL, or an address behind it, is not one to call."""

    def __init__(self) -> None:
        super().__init__("url: must be https, on port 443, of a public host", field="/url")


class Target(Struct, frozen=True, kw_only=True):
    """A URL in parts; `host` is lower case, and an IPv6 address has no brackets."""

    is_tls: bool
    host: str
    port: int
    path: str

    @property
    def address(self) -> _Address | None:
        """Return the address, where the host is one and not a name."""
        return _address_of(self.host)

    @property
    def authority(self) -> str:
        """Return the host as it stands in a Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (HTTPS_PORT if self.is_tls else 80) else f"{host}:{self.port}"


def check_url(url: str, *, allows_loopback: bool) -> Target:
    """Return the parts of a URL that may be called, as far as can be said without resolving it.

    Args:
        url: as a merchant wrote it.
        allows_loopback: for demos and tests, also http and other ports, to this machine only.

    Raises:
        ForbiddenUrlError: no URL, or one that may not be called.
    """
    match = _URL.fullmatch(url)
    if match is None or len(url) > URL_LENGTH_MAX:
        raise ForbiddenUrlError
    is_tls = match["scheme"].lower() == "https"
    target = Target(
        is_tls=is_tls,
        host=_host_of(match["host"].lower(), allows_loopback=allows_loopback),
        port=int(match["port"] or (HTTPS_PORT if is_tls else 80)),
        path=match["path"] or "/",
    )
    if not (_is_usual(target) or allows_loopback) or not 0 < target.port < 65_536:
        raise ForbiddenUrlError
    if target.address is not None:
        check_addresses(target, [target.host], allows_loopback=allows_loopback)
    return target


def check_addresses(target: Target, addresses: Iterable[str], *, allows_loopback: bool) -> None:
    """Check that each address of the host may be called; one that may not condemns them all.

    Raises:
        ForbiddenUrlError: one may not, or there is none.
    """
    found = [_address_of(address) for address in addresses]
    is_public = _is_usual(target) and all(_is_public(address) for address in found)
    is_here = allows_loopback and all(
        address is not None and address.is_loopback for address in found
    )
    if not found or not (is_public or is_here):
        raise ForbiddenUrlError


def _is_usual(target: Target) -> bool:
    return target.is_tls and target.port == HTTPS_PORT


def _is_public(address: _Address | None) -> bool:
    match address:
        case IPv4Address():
            return not any(address in network for network in _NOT_PUBLIC_V4)
        case IPv6Address():
            return (
                address.scope_id is None
                and address in _GLOBAL_V6
                and not any(address in network for network in _NOT_PUBLIC_V6)
            )
        case None:
            return False


def _host_of(text: str, *, allows_loopback: bool) -> str:
    """Return the host: a name of at least two labels, or an address in its usual form.

    Resolvers read more forms than that (decimal, octal, hexadecimal, short): those end in a label
    that begins with a digit, as no top-level domain does.
    """
    if text.startswith("["):
        text = text[1:-1]
        is_good = isinstance(_address_of(text), IPv6Address)
    else:
        labels = text.split(".")
        is_name = len(text) <= _HOST_LENGTH_MAX and all(map(_LABEL.fullmatch, labels))
        if labels[-1][:1].isdigit():
            is_good = isinstance(_address_of(text), IPv4Address)
        else:
            is_good = is_name and (len(labels) > 1 or (allows_loopback and text == "localhost"))
    if not is_good:
        raise ForbiddenUrlError
    return text


def _address_of(text: str) -> _Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None
