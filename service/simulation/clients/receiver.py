"""A simulated merchant's own server: it takes webhooks, now and then badly, and remembers them."""

import asyncio
import base64
import hashlib
import hmac
import random
from contextlib import suppress

import msgspec
from msgspec import Struct

from service.domain.ids import JobId
from service.wire.webhooks import WebhookBody

REFUSED_SHARE = 0.02  # answered 503: it is told again
HEAD_BYTES_MAX = 16_384
BODY_BYTES_MAX = 1_048_576
CALL_S_MAX = 10.0
_ANSWER = b"HTTP/1.1 %d Told\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
_decode = msgspec.json.Decoder(WebhookBody).decode


class EventHeard(Struct, frozen=True):
    """An event of a job; with `has_gap` one before it was given up."""

    job_id: JobId
    sequence: int
    has_gap: bool


class Receiver:
    """What one endpoint was told, in the order of arrival, repetitions too."""

    def __init__(self, *, rng: random.Random, refused_share: float = REFUSED_SHARE) -> None:
        self.events: list[EventHeard] = []
        self.unsigned_count = 0
        self.secret = ""  # as its merchant was shown it
        self.url = ""
        self._rng, self._refused_share = rng, refused_share
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        """Listen on this machine, at `url`.

        Raises:
            OSError: nobody may.
        """
        self._server = await asyncio.start_server(
            self._answer, "127.0.0.1", 0, limit=HEAD_BYTES_MAX
        )
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/hooks"

    async def serve(self) -> None:
        """Answer until cancelled."""
        assert self._server is not None, "it is open"
        await self._server.serve_forever()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        broken = (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError)
        with suppress(*broken):  # whoever called was killed, or is no caller of ours
            async with asyncio.timeout(CALL_S_MAX):
                headers, body = await _read(reader)
                writer.write(_ANSWER % self._take(headers, body))
                await writer.drain()
        writer.close()

    def _take(self, headers: dict[str, str], body: bytes) -> int:
        """Return the status to answer with."""
        if not is_signed(headers, body, secret=self.secret):
            self.unsigned_count += 1
            return 401
        event = _decode(body)
        self.events.append(EventHeard(event.data.id, event.sequence, event.gap))
        return 503 if self._rng.random() < self._refused_share else 204


async def _read(reader: asyncio.StreamReader) -> tuple[dict[str, str], bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    fields = (line.partition(":") for line in head[1:] if line)
    headers = {name.strip().lower(): value.strip() for name, _, value in fields}
    length = headers.get("content-length", "")
    bytes_count = int(length) if length.isdecimal() else 0
    return headers, await reader.readexactly(min(bytes_count, BODY_BYTES_MAX))


def is_signed(headers: dict[str, str], body: bytes, *, secret: str) -> bool:
    """Return whether one of the signatures is that of the secret (Standard Webhooks)."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    stamp = f"{headers.get('webhook-id', '')}.{headers.get('webhook-timestamp', '')}."
    digest = hmac.new(key, stamp.encode() + body, hashlib.sha256).digest()
    expected = f"v1,{base64.b64encode(digest).decode()}"
    words = headers.get("webhook-signature", "").split(" ")
    return any(hmac.compare_digest(expected, word) for word in words)
