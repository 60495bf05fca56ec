"""A hostile websocket client: it sends whatever bytes, and notes how the server ends it."""

import asyncio
import json
from collections import Counter
from itertools import islice
from random import Random
from typing import NamedTuple

from service.api.errors import STATUS_OF_CODE
from tests.integration.api.frames import (
    CLOSE,
    MALFORMED,
    OURS,
    TEXT,
    TOO_MANY,
    UNTOLD,
    frame,
    frames,
    text,
)

PATIENCE_S = 10.0
BURST_COUNT_MAX = 12  # frames of one connection: most end it
GOODBYE = frame(CLOSE, OURS.to_bytes(2))
UNKNOWN = text({"type": "goodbye"})  # refused after all before it has been looked at
RESUME = text({"type": "resume"})


class Ending(NamedTuple):
    code: int | None
    messages: list[dict]  # heard before


async def provoke(address, path, key, *sent):
    """Send these bytes after the handshake; return how it ended."""
    reader, writer = await shaken(address, path, key)
    messages = []
    try:
        writer.write(b"".join(sent))
        async with asyncio.timeout(PATIENCE_S):
            while True:
                opcode, payload = await _next_frame(reader)
                if opcode == CLOSE:
                    return Ending(int.from_bytes(payload[:2]), messages)
                if opcode == TEXT:
                    messages.append(json.loads(payload))
    except (asyncio.IncompleteReadError, ConnectionError):
        return Ending(UNTOLD, messages)
    finally:
        writer.transport.abort()


async def shaken(address, path, key):
    """Return (reader, writer) of a connection after the handshake."""
    host, port = address.split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    lines = [
        f"GET {path} HTTP/1.1",
        f"Host: {address}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version: 13",
        f"Authorization: Bearer {key.text}",
    ]
    writer.write("\r\n".join([*lines, "", ""]).encode())
    assert b" 101 " in await reader.readuntil(b"\r\n\r\n")
    return reader, writer


async def _next_frame(reader):
    """Return (opcode, payload) of the next frame; a server's are not masked."""
    head = await reader.readexactly(2)
    length = head[1]
    if length == 126:
        length = int.from_bytes(await reader.readexactly(2))
    elif length == 127:
        length = int.from_bytes(await reader.readexactly(8))
    return head[0] & 0x0F, await reader.readexactly(length)


async def attack(address, path, key, *, seed, count):
    """Send so many hostile frames over as many connections as it takes.

    Every ending is one that the frames before it may have, every refusal has a known code.

    Returns:
        How often the server ended it with which code, and refused with which.
    """
    random = Random(seed)
    hostile = frames(seed, count)
    answers = Counter()
    while burst := list(islice(hostile, random.randrange(1, BURST_COUNT_MAX + 1))):
        before = [RESUME] if random.random() < 0.9 else []
        ending = await provoke(address, path, key, *before, *(sent for _, sent in burst), UNKNOWN)
        kinds = [kind for kind, _ in burst]
        assert ending.code in _allowed(kinds), (path, [kind.name for kind in kinds], ending)
        answers[ending.code] += 1
        answers.update(refusals(ending.messages))
    return answers


def _allowed(kinds):
    """Return how a connection may end after these frames, and one of an unknown type."""
    ends = {MALFORMED, TOO_MANY}.union(*(kind.answers for kind in kinds)) - {OURS}
    return ends if ends <= {MALFORMED, TOO_MANY} else ends | {UNTOLD}


def refusals(messages):
    """Return the codes of the refusals, having checked that they are known."""
    codes = [message["code"] for message in messages if message["type"] == "refused"]
    assert set(codes) <= set(STATUS_OF_CODE), codes
    return codes
