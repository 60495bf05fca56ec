"""Requests to the REST interface, sent again with the same idempotency key until answered."""

import asyncio
import random
from collections.abc import Mapping

import httpx
import msgspec

from service.client.address import Address, DialError, KeyRefusedError
from service.client.backoff import delay_s, retry_delay_s
from service.wire.courier_stream import encode
from service.wire.rest import ProblemBody, TicketBody

TRIES_COUNT_MAX = 30  # with the growing pauses, about a minute
REQUEST_TIMEOUT_S = 10.0
CONNECTIONS_COUNT_MAX = 64

_decode_problem = msgspec.json.Decoder(ProblemBody).decode
_decode_ticket = msgspec.json.Decoder(TicketBody).decode


class RefusedError(Exception):
    """The service answered, and refused; `code` is the problem's, `status` that of HTTP."""

    def __init__(self, code: str, *, status: int) -> None:
        super().__init__(code)
        self.code, self.status = code, status


class UnansweredError(Exception):
    """No final answer came; whether the request was carried out is not known."""


def open_http(base_url: str) -> httpx.AsyncClient:
    """Return a client for the service at this URL, to be closed by the caller."""
    return httpx.AsyncClient(
        base_url=base_url,
        timeout=REQUEST_TIMEOUT_S,
        limits=httpx.Limits(
            max_connections=CONNECTIONS_COUNT_MAX,
            max_keepalive_connections=CONNECTIONS_COUNT_MAX,
        ),
        trust_env=False,
    )


class Rest:
    """The REST interface as one principal sees it."""

    def __init__(self, http: httpx.AsyncClient, *, key: str, rng: random.Random) -> None:
        self._http, self._rng = http, rng
        self._headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}

    async def send(
        self,
        method: str,
        path: str,
        body: msgspec.Struct | None = None,
        *,
        idempotency_key: str | None = None,
    ) -> bytes:
        """Send the request until it is answered; return the body of the answer.

        Raises:
            RefusedError: the service refused it, for good.
            UnansweredError: it was sent often enough.
        """
        headers = dict(self._headers)
        if idempotency_key is not None:
            headers["Idempotency-Key"] = idempotency_key
        return await self._insist(method, path, b"" if body is None else encode(body), headers)

    async def upload(self, path: str, content: bytes, *, media_type: str) -> bytes:
        """Put the bytes there, again until that is answered; return the body of the answer.

        Raises:
            RefusedError, UnansweredError: as `send` says.
        """
        headers = self._headers | {"Content-Type": media_type}
        return await self._insist("PUT", path, content, headers)

    async def _insist(
        self, method: str, path: str, content: bytes, headers: Mapping[str, str]
    ) -> bytes:
        for tries_count in range(1, TRIES_COUNT_MAX + 1):
            pause_s = delay_s(tries_count, jitter=self._rng.random())
            try:
                response = await self._http.request(method, path, content=content, headers=headers)
            except httpx.TransportError:
                await asyncio.sleep(pause_s)
                continue
            if response.is_success:
                return response.content
            code = _code_of(response)
            asked_s = retry_delay_s(
                response.status_code,
                response.headers,
                tries_count=tries_count,
                jitter=self._rng.random(),
            )
            if asked_s is None and code != "lock_contention":
                raise RefusedError(code, status=response.status_code)
            await asyncio.sleep(pause_s if asked_s is None else asked_s)
        raise UnansweredError(f"{method} {path}")

    async def ticket(self, path: str) -> str:
        """Return a one-time ticket for a websocket, from one of the paths in `streams`.

        Raises:
            DialError: there is none now.
            KeyRefusedError: there will be none.
        """
        try:
            return _decode_ticket(await self.send("POST", path)).ticket
        except RefusedError as error:
            is_final = error.status in (401, 403)
            raise (KeyRefusedError if is_final else DialError)(error.code) from error
        except UnansweredError as error:
            raise DialError(str(error)) from error

    async def address_with_ticket(self, path: str, *, ticket_path: str) -> Address:
        """Return the address of a websocket with a new ticket, as apps and pages open it.

        Raises:
            DialError: there is no ticket now.
            KeyRefusedError: there will be none.
        """
        return Address(f"{self._websocket_url(path)}?ticket={await self.ticket(ticket_path)}")

    async def address_with_key(self, path: str) -> Address:
        """Return the address of a websocket with the key in a header, as servers open it."""
        return Address(self._websocket_url(path), {"Authorization": self._headers["Authorization"]})

    def _websocket_url(self, path: str) -> str:
        return str(self._http.base_url.join(path)).replace("http", "ws", 1)


def _code_of(response: httpx.Response) -> str:
    try:
        return _decode_problem(response.content).code
    except msgspec.DecodeError:
        return f"http_{response.status_code}"
