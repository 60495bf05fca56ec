"""The cookie of a console, and which requests with it are believed to come from a page of ours.

The name's prefix makes browsers refuse one that is not for this host alone, over TLS.
"""

from collections.abc import Mapping
from ipaddress import ip_address

from litestar.datastructures import Cookie, Headers

from service.domain.errors import ForbiddenError
from service.domain.log_in import CONSOLE_S
from service.domain.log_in_attempt import ATTEMPT_S

NAME = "__Host-hexhaul"
PLAIN_NAME = "hexhaul"  # over plain HTTP on the loopback, where the settings allow it

_SAFE_METHODS = frozenset({"GET", "HEAD"})
_OWN_SITES = frozenset({"same-origin", "none"})  # none: typed, or from a bookmark


def console_cookie(text: str, *, is_plain: bool) -> Cookie:
    """Return the cookie that keeps a console logged in; an empty text ends it."""
    return Cookie(
        key=PLAIN_NAME if is_plain else NAME,
        value=text,
        path="/",
        max_age=CONSOLE_S if text else 0,
        secure=not is_plain,
        httponly=True,
        samesite="strict",
    )


def attempt_cookie(text: str, *, is_plain: bool) -> Cookie:
    """Return the cookie of who leaves to log in by an issuer; an empty text ends it."""
    return Cookie(
        key=f"{PLAIN_NAME if is_plain else NAME}-attempt",
        value=text,
        path="/",
        max_age=ATTEMPT_S if text else 0,
        secure=not is_plain,
        httponly=True,
        samesite="strict",
    )


def attempt_of_cookies(cookies: Mapping[str, str], *, is_plain: bool) -> str | None:
    """Return the secret of who left to log in."""
    return cookies.get(f"{PLAIN_NAME if is_plain else NAME}-attempt")


def check_plain(host: str, *, is_plain: bool) -> None:
    """Check that plain cookies stay on this machine.

    Raises:
        ValueError: they would be sent over a network.
    """
    if is_plain and not ip_address(host).is_loopback:
        raise ValueError(f"ops_cookie_is_plain is for a loopback address, and {host} is none")


def cookie_of(cookies: Mapping[str, str], *, is_plain: bool) -> str | None:
    """Return what a console's cookie holds; one by the other name anybody may have set."""
    return cookies.get(PLAIN_NAME if is_plain else NAME)


def check_own_page(method: str, headers: Headers) -> None:
    """Check that no page from elsewhere makes the browser ask for this with our cookie.

    Raises:
        ForbiddenError: one does, or it cannot be ruled out.
    """
    if method in _SAFE_METHODS:
        return
    site = headers.get("sec-fetch-site")
    origin = headers.get("origin")
    if site is not None:
        is_own = site in _OWN_SITES
    else:  # an old browser says at least from where; who says nothing is none
        is_own = origin is None or origin.partition("://")[2] == headers.get("host", "")
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    if not is_own or media_type != "application/json":
        raise ForbiddenError("only a page from here may ask for this, as application/json")
