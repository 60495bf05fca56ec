"""The bad manners of merchants' own servers: what each does with a call, and how that may end.

A manner gets the two ends of the connection, by plain HTTP after it has read the call, and a
setting; it may do whatever a server may.
"""

import asyncio
import gzip
from asyncio import StreamReader, StreamWriter
from collections.abc import Awaitable, Callable, Mapping
from enum import StrEnum
from functools import cache
from typing import NamedTuple

from msgspec import Struct

from service.wire.webhooks import CallOutcome as Outcome

_OK = b"HTTP/1.1 200 OK\r\n"
_EMPTY = b"Content-Length: 0\r\nConnection: close\r\n\r\n"
_PART = b"x" * 16_384
_HEADERS_COUNT = 3_000
BOMB_BYTES = 8 * 1_024 * 1_024


class Setting(Struct, frozen=True, kw_only=True):
    """`timeout_s` is how long the caller waits; nobody is to call `trap_url`."""

    timeout_s: float
    trap_url: str


class Ends(NamedTuple):
    """Of one connection."""

    reader: StreamReader
    writer: StreamWriter


Behave = Callable[[Ends, Setting], Awaitable[None]]


class Security(StrEnum):
    """What a server does where its URL says https."""

    NONE = "none"  # its URL says http
    PRETENDED = "pretended"  # it does not speak TLS
    STRANGE = "strange"  # nobody vouches for its certificate


class Manner(NamedTuple):
    """`outcomes` are those that a call may have; after so many calls no more come for a while."""

    behave: Behave
    outcomes: frozenset[Outcome]
    security: Security = Security.NONE
    calls_count_max: int = 3  # after five failures an endpoint is left alone


def _saying(data: bytes) -> Behave:
    async def say(ends: Ends, _: Setting) -> None:
        ends.writer.write(data)

    return say


def _redirecting(status: int) -> Behave:
    async def redirect(ends: Ends, setting: Setting) -> None:
        place = f"Location: {setting.trap_url}\r\n"
        ends.writer.write(f"HTTP/1.1 {status} Elsewhere\r\n{place}".encode() + _EMPTY)

    return redirect


async def _in_time(ends: Ends, setting: Setting) -> None:
    await asyncio.sleep(setting.timeout_s / 4.0)
    ends.writer.write(_OK + _EMPTY)


async def _too_late(ends: Ends, setting: Setting) -> None:
    await asyncio.sleep(setting.timeout_s * 1.5)
    ends.writer.write(_OK + _EMPTY)


async def _never(ends: Ends, _: Setting) -> None:
    await ends.reader.read()  # until the caller has hung up


async def _endless_body(ends: Ends, _: Setting) -> None:
    ends.writer.write(_OK + b"Connection: close\r\n\r\n")
    while True:
        ends.writer.write(_PART)
        await ends.writer.drain()


async def _endless_chunks(ends: Ends, _: Setting) -> None:
    ends.writer.write(_OK + b"Transfer-Encoding: chunked\r\n\r\n")
    while True:
        ends.writer.write(b"%x\r\n%b\r\n" % (len(_PART), _PART))
        await ends.writer.drain()


async def _trickled_body(ends: Ends, setting: Setting) -> None:
    ends.writer.write(_OK + b"Content-Length: 1000000\r\n\r\n")
    while True:
        ends.writer.write(b"x")
        await asyncio.sleep(setting.timeout_s / 10.0)
        await ends.writer.drain()


async def _trickled_head(ends: Ends, setting: Setting) -> None:
    ends.writer.write(_OK + b"X: ")
    while True:
        ends.writer.write(b"x")
        await asyncio.sleep(setting.timeout_s / 10.0)
        await ends.writer.drain()


async def _endless_head(ends: Ends, _: Setting) -> None:
    ends.writer.write(_OK + b"X: ")
    while True:
        ends.writer.write(_PART)
        await ends.writer.drain()


async def _informed(ends: Ends, _: Setting) -> None:
    while True:
        ends.writer.write(b"HTTP/1.1 102 Processing\r\n\r\n" * 100)
        await ends.writer.drain()


async def _reset(ends: Ends, _: Setting) -> None:
    ends.writer.transport.abort()


@cache
def _packed() -> bytes:
    return gzip.compress(bytes(BOMB_BYTES))


async def _bomb(ends: Ends, _: Setting) -> None:
    packed = _packed()
    head = f"Content-Encoding: gzip\r\nContent-Length: {len(packed)}\r\n\r\n"
    ends.writer.write(_OK + head.encode() + packed)


_REFUSED = frozenset({Outcome.REFUSED})
_WELL = frozenset({Outcome.DELIVERED})
_BROKEN = frozenset({Outcome.MALFORMED})
_CUT = frozenset({Outcome.MALFORMED, Outcome.UNREACHABLE})  # before or after the caller has read
_LATE = frozenset({Outcome.TIMED_OUT})
_MOVED = frozenset({Outcome.REDIRECTED})
_INSECURE = frozenset({Outcome.INSECURE, Outcome.UNREACHABLE})

MANNERS: Mapping[str, Manner] = {
    "moved-301": Manner(_redirecting(301), _MOVED),
    "moved-302": Manner(_redirecting(302), _MOVED),
    "moved-307": Manner(_redirecting(307), _MOVED),
    "moved-308": Manner(_redirecting(308), _MOVED),
    "in-time": Manner(_in_time, _WELL),
    "too-late": Manner(_too_late, _LATE),
    "never": Manner(_never, _LATE),
    "endless-body": Manner(_endless_body, _WELL),
    "endless-chunks": Manner(_endless_chunks, _WELL),
    "trickled-body": Manner(_trickled_body, _WELL),
    "trickled-head": Manner(_trickled_head, _LATE),
    "endless-head": Manner(_endless_head, _BROKEN),
    "informed": Manner(_informed, _BROKEN),
    "many-headers": Manner(_saying(_OK + b"X: y\r\n" * _HEADERS_COUNT + _EMPTY), _WELL | _BROKEN),
    "huge-header": Manner(_saying(_OK + b"X: " + b"x" * 500_000 + b"\r\n" + _EMPTY), _BROKEN),
    "bomb": Manner(_bomb, _WELL),
    "false-length": Manner(_saying(_OK + b"Content-Length: 99\r\n\r\nx"), _WELL),
    "no-length": Manner(_saying(_OK + b"Content-Length: -1\r\n\r\n"), _BROKEN),
    "bad-chunks": Manner(_saying(_OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n"), _WELL),
    "two-answers": Manner(_saying((_OK + b"Content-Length: 0\r\n\r\n") * 2), _WELL),
    "gone": Manner(
        _saying(b"HTTP/1.1 410 Gone\r\n" + _EMPTY), frozenset({Outcome.GONE}), calls_count_max=1
    ),
    "odd-status": Manner(_saying(b"HTTP/1.1 999 Odd\r\n" + _EMPTY), _REFUSED | _BROKEN),
    "no-status": Manner(_saying(b"HTTP/1.1 OK\r\n" + _EMPTY), _BROKEN),
    "switching": Manner(
        _saying(b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n"), _REFUSED | _BROKEN
    ),
    "later": Manner(
        _saying(b"HTTP/1.1 503 No\r\nRetry-After: " + b"9" * 400 + b"\r\n" + _EMPTY),
        _REFUSED,
        calls_count_max=1,
    ),
    "much-later": Manner(
        _saying(b"HTTP/1.1 429 No\r\nRetry-After: Fri, 31 Dec 9999 23:59:59 GMT\r\n" + _EMPTY),
        _REFUSED,
        calls_count_max=1,
    ),
    "forged-line": Manner(
        _saying(b'HTTP/1.1 500 \x1b[31m{"event":"forged"}\r\n' + _EMPTY), _REFUSED | _BROKEN
    ),
    "no-http": Manner(_saying(b"220 mail.example.com ESMTP\r\n"), _BROKEN),
    "nul": Manner(_saying(bytes(5_000)), _BROKEN),
    "frames": Manner(_saying(b"\x00\x00\x12\x04\x00\x00\x00\x00\x00" * 20), _BROKEN),
    "nothing": Manner(_saying(b""), _CUT),
    "reset": Manner(_reset, _CUT),
    "plain-for-tls": Manner(
        _saying(_OK + _EMPTY), _INSECURE | _BROKEN, security=Security.PRETENDED
    ),
    "junk-for-tls": Manner(
        _saying(b"\x16\x03\x03\xff\xff" + bytes(900)), _INSECURE, security=Security.PRETENDED
    ),
    "silence-for-tls": Manner(_never, _LATE, security=Security.PRETENDED),
    "strange-certificate": Manner(_saying(_OK + _EMPTY), _INSECURE, security=Security.STRANGE),
}
