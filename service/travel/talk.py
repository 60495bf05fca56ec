"""One request to a routing server: bounded in time and size, one kind of error."""

import asyncio
from collections.abc import Mapping
from typing import TypeVar

import httpx
import msgspec
import numpy as np

from service.settings import Settings
from service.travel.source import F64, Profile, SourceError

T = TypeVar("T")

Cells = list[list[float | None]]

_FAILURES = (
    httpx.HTTPError,
    httpx.InvalidURL,
    TimeoutError,
    msgspec.MsgspecError,
    UnicodeDecodeError,  # of wrong UTF-8, and RecursionError of deep nesting: not of msgspec's kind
    RecursionError,
)


class RoutingServers:
    """Where each profile is asked, and by which client."""

    def __init__(self, client: httpx.AsyncClient, settings: Settings) -> None:
        self._client = client
        self._timeout_s = settings.travel_timeout_s
        self._bytes_max = settings.travel_answer_bytes_max
        self._url_of: Mapping[Profile, str] = {
            Profile.FOOT: settings.travel_foot_url or settings.travel_url,
            Profile.BIKE: settings.travel_bike_url or settings.travel_url,
            Profile.CAR: settings.travel_url,
        }

    async def ask(
        self, profile: Profile, path: str, answer: type[T], *, body: msgspec.Struct | None = None
    ) -> T:
        """Return the answer to a GET, or to a POST of a body, of the profile's server.

        Raises:
            SourceError: it is late, refused, too long, or does not read as an `answer`.
        """
        url = self._url_of[profile].rstrip("/") + path
        try:
            async with asyncio.timeout(self._timeout_s):
                return msgspec.json.decode(await self._fetch(url, body), type=answer)
        except _FAILURES as error:
            raise SourceError(repr(error)) from error

    async def _fetch(self, url: str, body: msgspec.Struct | None) -> bytes:
        content = None if body is None else msgspec.json.encode(body)
        async with self._client.stream(
            "GET" if body is None else "POST",
            url,
            content=content,
            headers={} if body is None else {"Content-Type": "application/json"},
        ) as response:
            response.raise_for_status()
            parts = bytearray()
            async for part in response.aiter_bytes():
                parts += part
                if len(parts) > self._bytes_max:
                    raise SourceError(f"an answer of more than {self._bytes_max} bytes")
            return bytes(parts)


def array_of(cells: Cells) -> F64:
    """Return rows of numbers as an array, null as NaN.

    Raises:
        SourceError: the rows are not of one length.
    """
    try:
        return np.array(cells, np.float64)
    except ValueError as error:
        raise SourceError("rows of unlike lengths") from error
