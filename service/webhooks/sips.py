"""Connections of which little is read at a time, and not much in all: whatever endpoints answer.

A client looks at once through all that it has read, 64 KiB of it. Of interim answers (RFC 9110,
15.2) these are thousands, which keep it from everybody else for half a second, again and again.
"""

import ssl
from collections.abc import Iterable
from typing import cast

import httpcore
import httpx

SIP_BYTES = 2_048
HEAD_BYTES_MAX = 65_536  # before what is read of a body
HEADS_COUNT_MAX = 16  # the answer's, and those of interim ones
_HEAD = b"HTTP/1."


class SippingTransport(httpx.AsyncHTTPTransport):
    """Keeps no connection open between requests, and has any number at once.

    Args:
        tls: whom to trust.
        bytes_max: of an answer, with its head; one that is longer is cut off as malformed.
    """

    def __init__(self, *, tls: ssl.SSLContext, bytes_max: int) -> None:
        super().__init__(verify=tls, trust_env=False)
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=tls,
            max_connections=None,
            max_keepalive_connections=0,
            network_backend=_Backend(bytes_max),
        )


class _Backend(httpcore.AsyncNetworkBackend):
    def __init__(self, bytes_max: int) -> None:
        self._backend = cast("httpcore.AsyncNetworkBackend", httpcore.AnyIOBackend())
        self._bytes_max = bytes_max

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        stream = await self._backend.connect_tcp(
            host, port, timeout=timeout, local_address=local_address, socket_options=socket_options
        )
        return _Sips(stream, self._bytes_max)

    async def sleep(self, seconds: float) -> None:
        await self._backend.sleep(seconds)


class _Sips(httpcore.AsyncNetworkStream):
    def __init__(self, stream: httpcore.AsyncNetworkStream, bytes_max: int) -> None:
        self._stream, self._left_bytes_count = stream, bytes_max
        self._heads_count = 0  # at most: a body may quote some

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        if self._left_bytes_count <= 0 or self._heads_count > HEADS_COUNT_MAX:
            raise httpcore.RemoteProtocolError("the answer is too long")
        part = await self._stream.read(min(max_bytes, SIP_BYTES), timeout)
        self._left_bytes_count -= len(part)
        self._heads_count += part.count(_HEAD)
        return part

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._stream.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.AsyncNetworkStream:
        stream = await self._stream.start_tls(ssl_context, server_hostname, timeout)
        return _Sips(stream, self._left_bytes_count)

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)
