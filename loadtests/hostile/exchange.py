"""HTTP/1.1 by hand: bytes out, answers in; a client of little cost that takes whatever comes."""

import asyncio
from asyncio import StreamReader, StreamWriter

from loadtests.hostile.verdicts import Answer

ANSWER_BYTES_MAX = 4 * 1_024 * 1_024
HEAD_BYTES_MAX = 65_536
PATIENCE_S = 20.0
CONTINUE = 100


class NoAnswerError(Exception):
    """The connection ended, or nothing came; the message says which."""


class Line:
    """A connection that is kept as long as the server keeps it."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._host, _, port = address.partition(":")
        self._port = int(port)
        self._ends: tuple[StreamReader, StreamWriter] | None = None

    async def ask(self, sent: bytes, *, is_head: bool = False) -> Answer:
        """Send a whole request; return the answer.

        A connection that the server has closed meanwhile, as it may between two requests, is
        opened again once.

        Raises:
            NoAnswerError: there was none.
        """
        for is_again in (self._ends is None, True):
            reader, writer = await self._open()
            try:
                async with asyncio.timeout(PATIENCE_S):
                    writer.write(sent)
                    answer = await read_answer(reader, is_head=is_head)
            except TimeoutError:
                self.close()
                raise NoAnswerError("nothing came") from None
            except (OSError, asyncio.IncompleteReadError) as error:
                self.close()
                if is_again:
                    raise NoAnswerError(repr(error)) from error
            else:
                if answer.headers.get("connection") == "close":
                    self.close()
                return answer
        raise AssertionError("the second time it returns or raises")

    def close(self) -> None:
        """Break the connection off."""
        if self._ends is not None:
            self._ends[1].transport.abort()
            self._ends = None

    async def _open(self) -> tuple[StreamReader, StreamWriter]:
        if self._ends is None:
            self._ends = await asyncio.open_connection(self._host, self._port, limit=HEAD_BYTES_MAX)
        return self._ends


async def read_answer(reader: StreamReader, *, is_head: bool = False) -> Answer:
    """Return the next answer; those of the 100s before it are passed over.

    Raises:
        OSError, asyncio.IncompleteReadError: the connection ended before.
        NoAnswerError: what came is no HTTP.
    """
    while True:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.rstrip().split("\r\n")
        words = first.split(" ")
        if len(words) < 2 or not words[1].isdecimal():
            raise NoAnswerError(f"no status: {first[:80]!r}")
        if words[1] != str(CONTINUE):
            break
    pairs = (line.partition(":") for line in lines)
    headers = {name.lower(): text.strip() for name, _, text in pairs}
    status = int(words[1])
    has_body = not is_head and status not in (101, 204, 304)
    body = await _read_body(reader, headers) if has_body else b""
    return Answer(status=status, headers=headers, body=body)


async def _read_body(reader: StreamReader, headers: dict[str, str]) -> bytes:
    if "content-length" in headers:
        return await reader.readexactly(int(headers["content-length"]))
    if headers.get("transfer-encoding") == "chunked":
        return await _read_chunks(reader)
    return await reader.read(ANSWER_BYTES_MAX)


async def _read_chunks(reader: StreamReader) -> bytes:
    parts = list[bytes]()
    while True:
        size_bytes = int((await reader.readuntil(b"\r\n")).strip(), 16)
        part = await reader.readexactly(size_bytes + 2)
        if size_bytes == 0:
            return b"".join(parts)
        parts.append(part[:-2])
