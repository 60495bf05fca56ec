"""One request to an issuer: bounded in time and size, without redirects, one kind of error."""

import asyncio
import ssl
from collections.abc import Mapping
from functools import cache
from typing import TypeVar

import httpx
import msgspec

T = TypeVar("T")

TIMEOUT_S = 5.0
BYTES_MAX = 262_144

_FAILURES = (
    httpx.HTTPError,
    httpx.InvalidURL,
    TimeoutError,
    msgspec.MsgspecError,
    UnicodeDecodeError,  # of wrong UTF-8, and RecursionError of deep nesting: not of msgspec's kind
    RecursionError,
)


class IssuerError(Exception):
    """The issuer does not answer as it should; `str(error)` says how."""


class StatusError(IssuerError):
    """It answers with another status than 200."""

    def __init__(self, status: int) -> None:
        super().__init__(f"status {status}")
        self.status = status


async def fetch(
    url: str,
    answer: type[T],
    *,
    form: Mapping[str, str] | None = None,
    auth: tuple[str, str] | None = None,
) -> T:
    """Return the answer to a GET, or to a POST of a form.

    Raises:
        StatusError: another status than 200.
        IssuerError: it is late, somewhere else, too long, or does not read as an `answer`.
    """
    try:
        async with (
            asyncio.timeout(TIMEOUT_S),
            httpx.AsyncClient(
                timeout=TIMEOUT_S, follow_redirects=False, trust_env=False, verify=_tls()
            ) as client,
        ):
            body = await _read(client, url, form, auth)
        return msgspec.json.decode(body, type=answer)
    except _FAILURES as error:
        raise IssuerError(repr(error)) from error


@cache
def _tls() -> ssl.SSLContext:
    """Read all certificates, once: it keeps everybody waiting for a twentieth of a second."""
    return httpx.create_ssl_context(trust_env=False)


async def _read(
    client: httpx.AsyncClient,
    url: str,
    form: Mapping[str, str] | None,
    auth: tuple[str, str] | None,
) -> bytes:
    method = "GET" if form is None else "POST"
    headers = {"Accept": "application/json"}
    async with client.stream(method, url, data=form, auth=auth, headers=headers) as response:
        if response.status_code != 200:
            raise StatusError(response.status_code)
        parts = bytearray()
        async for part in response.aiter_bytes():
            parts += part
            if len(parts) > BYTES_MAX:
                raise IssuerError(f"an answer of more than {BYTES_MAX} bytes")
        return bytes(parts)
