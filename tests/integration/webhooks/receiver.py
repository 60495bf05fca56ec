"""A merchant's own server, as well or ill as a test wants it: HTTP by hand, on a real socket."""

import asyncio
import base64
import hashlib
import hmac
import json
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


@dataclass(frozen=True)
class Received:
    """One call."""

    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def event(self):
        return json.loads(self.body)


def answer(status=200, *, headers=(), body=b""):
    """Return what answers so."""
    lines = [f"HTTP/1.1 {status} Told", f"Content-Length: {len(body)}", *headers]

    async def write(received, writer):
        writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        await writer.drain()

    return write


class Receiver:
    """What it was sent, and what it answers: `write(received, writer)`."""

    def __init__(self):
        self.received = []
        self.write = answer()
        self.under_way_count = 0

    @property
    def events(self):
        return [one.event for one in self.received]

    async def serve(self, reader, writer):
        self.under_way_count += 1
        try:
            received = await _read(reader)
            if received is not None:
                self.received.append(received)
                await self.write(received, writer)
        except OSError:
            pass  # who called has hung up
        finally:
            self.under_way_count -= 1
            writer.close()


async def _read(reader):
    with suppress(asyncio.IncompleteReadError):
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in head[1:] if line)
        cased = {
            line.split(": ", 1)[0].lower(): line.split(": ", 1)[1] for line in head[1:] if line
        }
        body = await reader.readexactly(int(headers["content-length"]))
        return Received(target=head[0].split()[1], headers=cased, body=body)
    return None


@asynccontextmanager
async def receiving(*, tls=None):
    """Listen on this machine; yield the receiver and its port."""
    receiver = Receiver()
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0, ssl=tls)
    try:
        yield receiver, server.sockets[0].getsockname()[1]
    finally:
        server.close()


def is_signed(received, secret):
    """Verify a call as the specification of Standard Webhooks tells receivers to.

    Args:
        received: the call.
        secret: `whsec_...`, or a public key, `whpk_...`.
    """
    signed = b".".join(
        (
            received.headers["webhook-id"].encode(),
            received.headers["webhook-timestamp"].encode(),
            received.body,
        )
    )
    words = received.headers["webhook-signature"].split(" ")
    kind, _, text = secret.partition("_")
    key = base64.b64decode(text, validate=True)
    if kind == "whsec":
        expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        return f"v1,{expected}" in words
    assert kind == "whpk"
    return any(_is_signed_by_pair(word, signed, key) for word in words)


def _is_signed_by_pair(word, signed, public_key):
    version, _, text = word.partition(",")
    if version != "v1a":
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(base64.b64decode(text), signed)
    except InvalidSignature:
        return False
    return True
