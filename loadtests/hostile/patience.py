"""Waits where the service says so, and asks again: that it is full is no surprise.

For what the runs themselves want to know and need to work. Strangers' lanes take such an answer as
one like any other.
"""

import asyncio
from collections.abc import Mapping

import httpx

from loadtests.hostile.verdicts import TOO_MANY, UNAVAILABLE

TRIES_COUNT_MAX = 6
PAUSE_S_MAX = 10.0  # however long it says


def told_pause_s(status: int, headers: Mapping[str, str]) -> float | None:
    """Return how long to wait before the same is asked again; None: that is the answer."""
    if status not in (UNAVAILABLE, TOO_MANY):
        return None
    told = headers.get("retry-after", "")
    return min(float(told), PAUSE_S_MAX) if told.isdecimal() else None


class PatientTransport(httpx.AsyncBaseTransport):
    """Sends each request until its answer is not to come again, so many times at most."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Return the answer, or the last refusal."""
        response = await self._inner.handle_async_request(request)
        for _ in range(TRIES_COUNT_MAX - 1):
            pause_s = told_pause_s(response.status_code, response.headers)
            if pause_s is None:
                break
            await response.aread()
            await response.aclose()
            await asyncio.sleep(pause_s)
            response = await self._inner.handle_async_request(request)
        return response

    async def aclose(self) -> None:
        """Close the connections."""
        await self._inner.aclose()


def open_patient(url: str, *, timeout_s: float) -> httpx.AsyncClient:
    """Return a client of the service that waits as it is told."""
    transport = PatientTransport(httpx.AsyncHTTPTransport(trust_env=False))
    return httpx.AsyncClient(base_url=url, timeout=timeout_s, transport=transport, trust_env=False)
