"""PURE. What is hardly HTTP: half requests, two in one, or nothing at all, drawn from a seed."""

from collections.abc import Callable
from enum import StrEnum
from random import Random
from typing import NamedTuple

from loadtests.hostile import spite

PATHS = ("/v1/jobs", "/v1/ops/market", "/health/live", "/v1/courier", "/schema/openapi.json", "/")
_JUNK_HEADERS = (
    *(
        b"no colon",
        b": no name",
        b"\x00: nul",
        b"X\x00: nul",
        b"X: a\x00b",
        b"X : space",
        b"X: \x7f",
    ),
    *(b" folded: line", b"X: \xff\xfe", b"\xc3\xbc: x", b"X: a\rb", b"X: a\nb", b"(X): y"),
    *(b"Host: a", b"Host:", b"Host: a, b", b"Host: [::1", b"Host: a b"),
    *(b"Connection: close, upgrade", b"Upgrade: h2c", b"Upgrade: websocket", b"TE: trailers"),
    *(b"Expect: 100-continue", b"Expect: 200-ok", b"X: " + b"x" * 20_000, b"X: " + b"x" * 200_000),
    *(b"Content-Length: ", b"Content-Length: a", b"Content-Length: 0x10", b"Content-Length: +1"),
    *(b"Content-Length: 1, 2", b"Content-Length: " + b"9" * 40, b"Transfer-Encoding: identity"),
    *(
        b"Transfer-Encoding: x",
        b"Transfer-Encoding: chunked, gzip",
        b"Transfer-Encoding:\x0bchunked",
    ),
)
_LINES = (
    *(b"GET / HTTP/9.9", b"GET / HTTP/1.0", b"GET /", b"GET  / HTTP/1.1", b"GET / HTTP/1.1 x"),
    *(
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"PRI * HTTP/2.0",
        b"SSH-2.0-x",
        b"\x05\x01",
    ),
    *(b"G\x00T / HTTP/1.1", b"GET /\xff HTTP/1.1", b"GET \x00 HTTP/1.1", b"GET /%zz HTTP/1.1"),
    *(b"GET http://elsewhere.example/v1/jobs HTTP/1.1", b"CONNECT 127.0.0.1:22 HTTP/1.1"),
    *(b"OPTIONS * HTTP/1.1", b"TRACE / HTTP/1.1", b"M" * 2_000 + b" / HTTP/1.1", b"", b"\r\n" * 9),
    *(b"GET /" + b"a" * 60_000 + b" HTTP/1.1", b"GET /?" + b"a=b&" * 12_000 + b" HTTP/1.1"),
)
_CHUNKS = (
    *(
        b"zz\r\nabc\r\n0\r\n\r\n",
        b"-1\r\n\r\n",
        b"ffffffffffffffffff\r\nx",
        b"3\r\nabcd\r\n0\r\n\r\n",
    ),
    *(
        b"3;" + b"x" * 20_000 + b"\r\nabc\r\n0\r\n\r\n",
        b"3\nabc\n0\n\n",
        b"0x3\r\nabc\r\n0\r\n\r\n",
    ),
    *(
        b"3\r\nabc\r\n0\r\nX-Injected: yes\r\n\r\n",
        b"3\r\nabc\r\n0\r\n" + b"T: x\r\n" * 9_000 + b"\r\n",
    ),
    *(
        b"\r\n\r\n",
        b"1\r\na\r\n" * 9_000 + b"0\r\n\r\n",
        b"00000000000000000003\r\nabc\r\n0\r\n\r\n",
    ),
)
_SECOND = b"GET /v1/ops/jobs HTTP/1.1\r\nHost: inside\r\nX-Injected: yes\r\n\r\n"


class Wait(StrEnum):
    """What is done after the bytes were sent."""

    ANSWER = "answer"  # wait for one, or for the end
    END = "end"  # the server has to end it: what is missing never comes
    NOTHING = "nothing"  # leave at once


class Sent(NamedTuple):
    """What goes over one connection."""

    kind: str
    data: bytes
    wait: Wait


Make = Callable[[Random, bytes], tuple[bytes, Wait]]


class Kind(NamedTuple):
    name: str
    make: Make
    weight: int


def request(random: Random, headers: bytes, *extra: bytes, method: bytes = b"GET") -> bytes:
    """Return the head of a good request, with more lines in it."""
    path = random.choice(PATHS).encode()
    lines = [method + b" " + path + b" HTTP/1.1", b"Host: here", headers, *extra]
    return b"\r\n".join([*(line for line in lines if line), b"", b""])


def _junk_header(random: Random, headers: bytes) -> tuple[bytes, Wait]:
    return request(random, headers, random.choice(_JUNK_HEADERS)), Wait.ANSWER


def _junk_line(random: Random, headers: bytes) -> tuple[bytes, Wait]:
    line = random.choice(_LINES)
    return line + b"\r\nHost: here\r\n" + headers + b"\r\n\r\n", Wait.ANSWER


def _junk(random: Random, _: bytes) -> tuple[bytes, Wait]:
    return random.randbytes(random.randrange(1, 3_000)) + b"\r\n\r\n", Wait.ANSWER


def _half(random: Random, headers: bytes) -> tuple[bytes, Wait]:
    whole = request(random, headers)
    return whole[: random.randrange(1, len(whole) - 3)], random.choices(
        [Wait.END, Wait.NOTHING], [1, 9]
    )[0]


def _half_body(random: Random, headers: bytes) -> tuple[bytes, Wait]:
    said = b"Content-Type: application/json\r\nIdempotency-Key: k\r\nContent-Length: 60000"
    head = request(random, headers, said, method=b"POST")
    return head + b"{" * random.randrange(1, 50_000), random.choices(
        [Wait.END, Wait.NOTHING], [1, 9]
    )[0]


def _two_lengths(random: Random, headers: bytes) -> tuple[bytes, Wait]:
    """Let two servers in a row disagree on where a request ends (request smuggling)."""
    size = str(len(_SECOND)).encode()
    pairs = [
        (b"Content-Length: 4", b"Transfer-Encoding: chunked"),
        (b"Transfer-Encoding: chunked", b"Content-Length: " + size),
        (b"Content-Length: 4", b"Content-Length: " + size),
        (b"Content-Length: 0", b"Transfer-Encoding : chunked"),
        (b"Transfer-Encoding: chunked", b"Transfer-Encoding: identity"),
        (b"Transfer-Encoding: xchunked", b"Content-Length: 5"),
        (b"Content-Length: 5", b"Transfer-Encoding:\tchunked"),
        (b"Content-Length: 4\r\n\tfolded", b"X: y"),
    ]
    pair = random.choice(pairs)
    return request(random, headers, *pair, method=b"POST") + b"0\r\n\r\n" + _SECOND, Wait.ANSWER


def _bad_chunks(random: Random, headers: bytes) -> tuple[bytes, Wait]:
    said = b"Content-Type: application/json\r\nIdempotency-Key: k\r\nTransfer-Encoding: chunked"
    chunks = random.choice(_CHUNKS)
    return request(random, headers, said, method=b"POST") + chunks, Wait.ANSWER


def _many_headers(random: Random, headers: bytes) -> tuple[bytes, Wait]:
    lines = [b"X-%d: y" % number for number in range(random.choice([90, 900, 9_000]))]
    return request(random, headers, *lines), Wait.ANSWER


def _many_at_once(random: Random, headers: bytes) -> tuple[bytes, Wait]:
    count = random.randrange(2, 40)
    requests = b"".join(request(random, headers) for _ in range(count))
    return requests, random.choice([Wait.ANSWER, Wait.NOTHING])


def _line_breaks(random: Random, headers: bytes) -> tuple[bytes, Wait]:
    forged = b"X: y\r\n" + spite.FORGED_LINE.encode()
    return request(random, headers, forged).replace(b"\r\n", b"\n"), Wait.ANSWER


def _forged(random: Random, headers: bytes) -> tuple[bytes, Wait]:
    line = random.choice([b"X-Request-Id: ", b"User-Agent: ", b"X-Forwarded-For: ", b"Referer: "])
    return request(random, headers, line + spite.FORGED_LINE.encode()), Wait.ANSWER


KINDS = (
    Kind("junk header", _junk_header, 20),
    Kind("junk line", _junk_line, 14),
    Kind("junk", _junk, 6),
    Kind("half a request", _half, 10),
    Kind("half a body", _half_body, 6),
    Kind("two lengths", _two_lengths, 12),
    Kind("bad chunks", _bad_chunks, 12),
    Kind("many headers", _many_headers, 3),
    Kind("many at once", _many_at_once, 4),
    Kind("line breaks", _line_breaks, 4),
    Kind("forged log line", _forged, 4),
)


def draw_bytes(random: Random, headers: bytes) -> Sent:
    """Return what goes over a connection; `headers` say who asks, or nothing."""
    (kind,) = random.choices(KINDS, [one.weight for one in KINDS])
    data, wait = kind.make(random, headers)
    return Sent(kind.name, data, wait)
