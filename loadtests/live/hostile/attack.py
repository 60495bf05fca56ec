"""A hostile client: it sends whatever bytes, and notes how the server ends it."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from random import Random
from typing import NamedTuple

import msgspec

from loadtests.live.hostile.kinds import (
    CLOSE,
    MALFORMED,
    OURS,
    REPLACED,
    TEXT,
    TOO_MANY,
    UNTOLD,
    Kind,
    frame,
    hostilities,
    text,
)

PATIENCE_S = 20.0
SURPRISES_COUNT_MAX = 20
BURST_COUNT_MAX = 12  # hostilities of one connection: most end it
GOODBYE = frame(CLOSE, OURS.to_bytes(2))
UNKNOWN = text({"type": "goodbye"})  # refused after all before it has been looked at
RESUME = text({"type": "resume"})
_decode_message = msgspec.json.Decoder(dict[str, object]).decode
_HALF_SHARE = 0.1  # of the connections end within a frame, without a word


class Ending(NamedTuple):
    """How a connection ended: with which code, and what was heard before."""

    code: int | None
    messages: list[dict[str, object]]


class Target(NamedTuple):
    """Where to connect to, with what key."""

    address: str  # host:port
    path: str
    key: str


class UnexpectedEndError(Exception):
    """The server answered what it must not."""


class Tally:
    """What an attack added up to."""

    def __init__(self) -> None:
        self.connections_count = 0
        self.hostilities_count = 0
        self.answers: Counter[int | str | None] = Counter()  # close codes, and codes of refusals
        self.kinds: Counter[str] = Counter()
        self.surprises: list[str] = []  # what must not be: at most `SURPRISES_COUNT_MAX` are kept

    def surprised(self, words: str) -> None:
        """Note what must not be."""
        if len(self.surprises) < SURPRISES_COUNT_MAX:
            self.surprises.append(words)

    def plus(self, other: "Tally") -> None:
        """Add what another one did."""
        self.connections_count += other.connections_count
        self.hostilities_count += other.hostilities_count
        self.answers += other.answers
        self.kinds += other.kinds
        self.surprises += other.surprises


def handshake(target: Target) -> bytes:
    """Return a request for a websocket."""
    lines = [
        f"GET {target.path} HTTP/1.1",
        f"Host: {target.address}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version: 13",
        f"Authorization: Bearer {target.key}",
    ]
    return "\r\n".join([*lines, "", ""]).encode()


async def shaken(target: Target) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Return a connection after the handshake."""
    host, port = target.address.split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        async with asyncio.timeout(PATIENCE_S):
            writer.write(handshake(target))
            head = await reader.readuntil(b"\r\n\r\n")
    except BaseException:
        writer.transport.abort()
        raise
    if b" 101 " not in head:
        writer.transport.abort()
        raise UnexpectedEndError(f"{target.path}: {head[:60]!r} to a good handshake")
    return reader, writer


async def provoke(target: Target, *sent: bytes) -> Ending:
    """Send these bytes after the handshake; return how it ended.

    Raises:
        TimeoutError: it did not end.
    """
    reader, writer = await shaken(target)
    messages = list[dict[str, object]]()
    try:
        writer.write(b"".join(sent))
        async with asyncio.timeout(PATIENCE_S):
            while True:
                opcode, payload = await _next_frame(reader)
                if opcode == CLOSE:
                    return Ending(int.from_bytes(payload[:2]), messages)
                if opcode == TEXT:
                    messages.append(_decode_message(payload))
    except (asyncio.IncompleteReadError, ConnectionError):
        return Ending(UNTOLD, messages)
    finally:
        writer.transport.abort()


async def leave_amid(target: Target, sent: bytes) -> None:
    """Send the bytes after the handshake, and be gone without having read an answer."""
    _, writer = await shaken(target)
    try:
        writer.write(sent)
        async with asyncio.timeout(PATIENCE_S):
            await writer.drain()
    except ConnectionError:
        pass  # the server was faster
    finally:
        writer.transport.abort()


async def _next_frame(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """Return (opcode, payload) of the next frame; a server's are not masked."""
    head = await reader.readexactly(2)
    length = head[1]
    if length == 126:
        length = int.from_bytes(await reader.readexactly(2))
    elif length == 127:
        length = int.from_bytes(await reader.readexactly(8))
    return head[0] & 0x0F, await reader.readexactly(length)


async def attack(
    target: Target,
    *,
    seed: int,
    count: int,
    codes: frozenset[str],
    ids: Sequence[str] = (),
) -> Tally:
    """Send so many hostilities over as many connections as it takes, one after the other.

    Args:
        target: whom to attack; nobody else may use the key of a courier meanwhile.
        seed: decides.
        count: of the hostilities.
        codes: of refusals that are known.
        ids: of others, to be used as one's own.

    Returns:
        What was done and answered; an ending that the frames before it may not have, no ending at
        all, or an unknown code is a surprise.
    """
    random, tally = Random(seed), Tally()
    for burst in _bursts(random, hostilities(seed, count, ids=ids)):
        tally.connections_count += 1
        tally.hostilities_count += len(burst)
        tally.kinds.update(kind.name for kind, _ in burst)
        before = RESUME if random.random() < 0.9 else b""
        sent = before + b"".join(made for _, made in burst)
        kinds = [kind for kind, _ in burst]
        try:
            if random.random() < _HALF_SHARE:
                await leave_amid(target, sent[: random.randrange(len(sent))])
                continue
            ending = await provoke(target, sent, UNKNOWN)
            _judge(ending, allowed(kinds))
            heard = refusals(ending, codes)
        except (UnexpectedEndError, TimeoutError, OSError) as error:
            tally.surprised(f"{target.path}: {error!r} after {[kind.name for kind in kinds]}")
        else:
            tally.answers[ending.code] += 1
            tally.answers.update(heard)
    return tally


def _bursts(
    random: Random, hostile: Iterator[tuple[Kind, bytes]]
) -> Iterator[list[tuple[Kind, bytes]]]:
    while burst := list(islice(hostile, random.randrange(1, BURST_COUNT_MAX + 1))):
        yield burst


def _judge(ending: Ending, codes: frozenset[int | None]) -> None:
    if ending.code not in codes:
        raise UnexpectedEndError(f"{ending}")


def allowed(kinds: Sequence[Kind]) -> frozenset[int | None]:
    """Return how a connection may end after these, and after one message of an unknown type."""
    usual = {MALFORMED, TOO_MANY, REPLACED}  # replaced: the one before was left in its handshake
    ends = frozenset(usual).union(*(kind.answers for kind in kinds)) - {OURS}
    return ends if ends <= usual else ends | {UNTOLD}


def refusals(ending: Ending, codes: frozenset[str]) -> list[str]:
    """Return the codes of the refusals heard.

    Raises:
        UnexpectedEndError: one is not among those known.
    """
    heard = [str(message["code"]) for message in ending.messages if message["type"] == "refused"]
    if not codes.issuperset(heard):
        raise UnexpectedEndError(f"unknown codes: {set(heard) - codes}")
    return heard
