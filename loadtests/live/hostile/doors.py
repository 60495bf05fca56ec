"""Hostile handshakes: what a peer may do before there is a websocket."""

import asyncio
from random import Random

from loadtests.live.hostile.attack import (
    PATIENCE_S,
    Tally,
    Target,
    UnexpectedEndError,
    handshake,
)
from loadtests.live.hostile.kinds import CLOSE, PING, TEXT, UNKNOWN_ID, frame, text

HEAD_BYTES_MAX = 65_536  # of an answer
_FRAMES = (
    text({"type": "resume"}),
    text({"type": "accept_offer", "offer_id": UNKNOWN_ID}),
    frame(PING, b"early"),
    frame(CLOSE, b"\x03\xe8"),
    frame(CLOSE),
    frame(TEXT, b"\xff"),
    frame(3),
    b"\x81\xff" + b"\xff" * 12,
)
_LINES = (
    b"Sec-WebSocket-Version: 0",
    b"Sec-WebSocket-Version: \xff",
    b"Sec-WebSocket-Key: short",
    b"Sec-WebSocket-Key:",
    b"Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=99",
    b"Sec-WebSocket-Extensions: ;;;,,,",
    b"Sec-WebSocket-Protocol: " + b"a," * 2_000,
    b"Connection: close",
    b"Upgrade: h2c",
    b"Content-Length: 99999999999999999999",
    b"Content-Length: -1",
    b"Transfer-Encoding: chunked",
    b"Origin: \x80\xff",
    b"Origin: https://elsewhere.example",
    b"Host: a\r\nHost: b",
    b"Cookie: " + b"x" * 20_000,
    b"X: " + b"x" * 200_000,
    b": no name",
    b"no colon",
    b"\x00: nul",
)
_TARGETS = (
    b"/v1/courier?ticket=" + b"a" * 5_000,
    b"/v1/courier?ticket=%00%ff",
    b"/v1/courier?ticket=a&ticket=b",
    b"/v1/courier/../ops/feed",
    b"/v1/%63ourier",
    b"/v1/nowhere",
    b"//v1/courier",
    b"*",
    b"http://elsewhere.example/v1/courier",
    b"/\xff\xfe",
    b"/v1/jobs",
    b"/health/ready",
)
_WRONG_KEYS = ("", "hexhaul", "hxl_live_xxxxxxxx_" + "y" * 43, "\x7f" * 300, "a b c")


def door(random: Random, target: Target) -> bytes:
    """Return a request that is no good, or a good one with something amiss."""
    good = handshake(target)
    gone = random.choice([b"Upgrade: websocket", b"Connection: Upgrade", b"Host: "])
    stranger = handshake(target._replace(key=random.choice(_WRONG_KEYS)))
    return random.choice(
        [
            random.randbytes(random.randrange(1, 2_000)) + b"\r\n\r\n",
            good[: random.randrange(1, len(good))],
            good[:-2] + random.choice(_LINES) + b"\r\n\r\n",
            good.replace(target.path.encode(), random.choice(_TARGETS), 1),
            stranger + random.choice(_FRAMES),
            good + b"".join(random.choices(_FRAMES, k=random.randrange(1, 5))),
            good.replace(gone, b"X-Gone: ", 1),
        ]
    )


async def knock(target: Target, *, seed: int, count: int, patience_s: float = PATIENCE_S) -> Tally:
    """Try so many handshakes, one after the other; count how often which status was answered.

    Each connection is broken off when it was answered. No answer is a surprise, and so is one with
    which the server takes the blame (5xx).
    """
    random, tally = Random(seed), Tally()
    for _ in range(count):
        sent = door(random, target)
        tally.connections_count += 1
        tally.hostilities_count += 1
        try:
            status = await status_of(target, sent, patience_s=patience_s)
        except UnexpectedEndError as error:
            tally.surprised(str(error))
            continue
        tally.answers[status] += 1
        if status.startswith("5"):
            tally.surprised(f"{status} to {sent[:300]!r}")
    return tally


async def status_of(target: Target, sent: bytes, *, patience_s: float) -> str:
    """Return the status with which a request is answered, and break the connection off.

    It is "left" for half a request, "reset" or "closed" for a connection that ended without one.

    Raises:
        UnexpectedEndError: neither an answer nor an end.
    """
    host, port = target.address.split(":")
    reader, writer = await asyncio.open_connection(host, int(port), limit=HEAD_BYTES_MAX)
    try:
        writer.write(sent)
        if b"\r\n\r\n" not in sent:
            return "left"
        async with asyncio.timeout(patience_s):
            line = await reader.readline()
    except TimeoutError:
        raise UnexpectedEndError(f"no answer to {sent[:300]!r}") from None
    except ConnectionError:
        return "reset"
    finally:
        writer.transport.abort()
    words = line.decode("latin-1").split(" ")
    return words[1] if len(words) > 1 else "closed"
