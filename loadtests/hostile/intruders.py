"""Handshakes of strangers with something good in hand: tickets, origins, subprotocols."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from random import Random

import httpx
import msgspec
import websockets
from msgspec import Struct

from loadtests.hostile.patience import TRIES_COUNT_MAX, open_patient, told_pause_s
from loadtests.hostile.tally import Tally
from loadtests.hostile.verdicts import Asker
from service.wire.close_codes import CloseCode

PATIENCE_S = 20.0
FULL_S = 1.0  # as long as the answers to requests say
OPEN = 0  # stands for a connection that was let in
_SOCKETS = {"courier": "/v1/courier", "merchant": "/v1/stream", "ops": "/v1/ops/feed"}
_TICKETS = {
    "courier": "/v1/courier/tickets",
    "merchant": "/v1/tickets",
    "ops": "/v1/ops/tickets",
}
_ORIGINS = (
    *(
        "https://evil.example",
        "null",
        "http://127.0.0.1.evil.example",
        "http://localhost",
        "file://",
    ),
    *("https://evil.example/http://127.0.0.1", "http://127.0.0.1:1", "javascript:alert(1)"),
)
_SUBPROTOCOLS = ("graphql-ws", "admin", "chat", "v1.hexhaul", "base64.binary.k8s.io")


class FullError(Exception):
    """The service is busy, and says to come again."""


class _Given(Struct):
    ticket: str


class Intruder(Struct, frozen=True, kw_only=True):
    """Somebody with a good key, at the door of a socket."""

    url: str  # of the service, by http
    http: httpx.AsyncClient
    asker: Asker
    random: Random

    @property
    def audience(self) -> str:
        assert self.asker.audience is not None, "an intruder has a key"
        return self.asker.audience

    async def ticket(self) -> str:
        """Return a good ticket.

        Raises:
            FullError: there is none now.
            httpx.HTTPStatusError: there is none.
        """
        answer = await self.http.post(_TICKETS[self.audience], headers=dict(self.asker.headers))
        if told_pause_s(answer.status_code, answer.headers) is not None:
            raise FullError
        return msgspec.json.decode(answer.raise_for_status().content, type=_Given).ticket

    async def end(
        self,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        origin: str | None = None,
        subprotocols: Sequence[str] | None = None,
    ) -> tuple[int, str | None]:
        """Return the code with which a handshake ended, or `OPEN`; and the subprotocol chosen.

        Raises:
            FullError: a server behind is away, or slow.
        """
        async with (
            asyncio.timeout(PATIENCE_S),
            websockets.connect(
                self.url.replace("http", "ws", 1) + path,
                additional_headers=dict(headers or {}),
                origin=None if origin is None else websockets.Origin(origin),
                subprotocols=[websockets.Subprotocol(name) for name in subprotocols or ()] or None,
                compression=None,
                proxy=None,
            ) as socket,
        ):
            try:
                await socket.recv()
            except websockets.ConnectionClosed:
                if socket.close_code in (CloseCode.UNAVAILABLE, CloseCode.TOO_MANY_MESSAGES):
                    raise FullError from None
                return int(socket.close_code or 0), socket.subprotocol
            return OPEN, socket.subprotocol


Attempt = Callable[[Intruder], Awaitable[list[str]]]


async def intrude(url: str, askers: Sequence[Asker], *, seed: int, count: int) -> Tally:
    """Try to get in so many times, one after the other."""
    random, tally = Random(seed), Tally()
    async with open_patient(url, timeout_s=PATIENCE_S) as http:
        for _ in range(count):
            name = random.choice(list(ATTEMPTS))
            asker = random.choice(askers)
            intruder = Intruder(url=url, http=http, asker=asker, random=random)
            try:
                faults = await _patiently(ATTEMPTS[name], intruder)
            except FullError:
                tally.tried(name, "told to come again")
                continue
            except (OSError, TimeoutError, httpx.HTTPError, websockets.WebSocketException) as error:
                faults = [f"no end as it should be: {error!r}"]
            tally.tried(name, "as it should be" if not faults else "not as it should be")
            for fault in faults:
                tally.surprised(f"{name}, {asker.name}: {fault}")
    return tally


async def _patiently(attempt: Attempt, intruder: Intruder) -> list[str]:
    """Return what is wrong with how an attempt ended; it is made anew where the service is full.

    Raises:
        FullError: it was full each time.
    """
    for _ in range(TRIES_COUNT_MAX - 1):
        try:
            return await attempt(intruder)
        except FullError:
            await asyncio.sleep(FULL_S)
    return await attempt(intruder)


def _wrong(ended: int, *wanted: int) -> list[str]:
    return [] if ended in wanted else [f"ended with {ended}, and not {wanted}"]


async def _ticket_twice(intruder: Intruder) -> list[str]:
    path = f"{_SOCKETS[intruder.audience]}?ticket={await intruder.ticket()}"
    first, _ = await intruder.end(path)
    second, _ = await intruder.end(path)
    return [*_wrong(first, OPEN), *_wrong(second, CloseCode.UNAUTHENTICATED)]


async def _ticket_at_once(intruder: Intruder) -> list[str]:
    """Of two that show the same ticket at the same time, one gets in."""
    path = f"{_SOCKETS[intruder.audience]}?ticket={await intruder.ticket()}"
    ends = await asyncio.gather(intruder.end(path), intruder.end(path))
    codes = sorted(code for code, _ in ends)
    return [] if codes == [OPEN, CloseCode.UNAUTHENTICATED] else [f"both ended with {codes}"]


async def _ticket_elsewhere(intruder: Intruder) -> list[str]:
    others = [path for whose, path in _SOCKETS.items() if whose != intruder.audience]
    path = f"{intruder.random.choice(others)}?ticket={await intruder.ticket()}"
    return _wrong((await intruder.end(path))[0], CloseCode.FORBIDDEN)


async def _ticket_guessed(intruder: Intruder) -> list[str]:
    good = await intruder.ticket()
    bad = intruder.random.choice(
        [good[:-1], good + "A", good.swapcase(), secrets.token_urlsafe(32), "", "a" * 5_000]
    )
    ended, _ = await intruder.end(f"{_SOCKETS[intruder.audience]}?ticket={bad}")
    return _wrong(ended, CloseCode.UNAUTHENTICATED)


async def _ticket_as_key(intruder: Intruder) -> list[str]:
    headers = {"Authorization": f"Bearer {await intruder.ticket()}"}
    ended, _ = await intruder.end(_SOCKETS[intruder.audience], headers=headers)
    return _wrong(ended, CloseCode.UNAUTHENTICATED)


async def _key_in_url(intruder: Intruder) -> list[str]:
    key = intruder.asker.headers["Authorization"].removeprefix("Bearer ")
    name = intruder.random.choice(["ticket", "key", "token", "access_token", "authorization"])
    ended, _ = await intruder.end(f"{_SOCKETS[intruder.audience]}?{name}={key}")
    return _wrong(ended, CloseCode.UNAUTHENTICATED)


async def _from_elsewhere(intruder: Intruder) -> list[str]:
    origin = intruder.random.choice(_ORIGINS)
    ended, _ = await intruder.end(
        _SOCKETS[intruder.audience], headers=intruder.asker.headers, origin=origin
    )
    return _wrong(ended, CloseCode.FORBIDDEN)


async def _subprotocols(intruder: Intruder) -> list[str]:
    wished = intruder.random.sample(_SUBPROTOCOLS, intruder.random.randrange(1, 4))
    ended, chosen = await intruder.end(
        _SOCKETS[intruder.audience], headers=intruder.asker.headers, subprotocols=wished
    )
    return [*_wrong(ended, OPEN), *([f"{chosen} was agreed to"] if chosen else [])]


async def _elsewhere(intruder: Intruder) -> list[str]:
    others = [path for whose, path in _SOCKETS.items() if whose != intruder.audience]
    ended, _ = await intruder.end(intruder.random.choice(others), headers=intruder.asker.headers)
    return _wrong(ended, CloseCode.FORBIDDEN)


async def _no_upgrade(intruder: Intruder) -> list[str]:
    answer = await intruder.http.get(
        _SOCKETS[intruder.audience], headers=dict(intruder.asker.headers)
    )
    is_problem = answer.headers.get("content-type", "").startswith("application/problem+json")
    return (
        []
        if answer.status_code in (404, 405) and is_problem
        else [f"answered {answer.status_code}"]
    )


ATTEMPTS: Mapping[str, Attempt] = {
    "ticket twice": _ticket_twice,
    "ticket twice at once": _ticket_at_once,
    "ticket of another audience": _ticket_elsewhere,
    "ticket guessed": _ticket_guessed,
    "ticket as a key": _ticket_as_key,
    "key in the URL": _key_in_url,
    "page from elsewhere": _from_elsewhere,
    "subprotocols": _subprotocols,
    "socket of another audience": _elsewhere,
    "no upgrade": _no_upgrade,
}
