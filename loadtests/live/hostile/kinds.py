"""Hostile websocket frames, as many as wanted: kinds, each with the answers that it may get.

Only a seeded `Random` decides, so that a run can be repeated; nothing here knows a connection.
What a kind makes may be several frames; all of them are sent at once.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from random import Random
from uuid import UUID

from msgspec import Struct

TEXT, BINARY, CLOSE, PING, PONG = 0x1, 0x2, 0x8, 0x9, 0xA
FRAME_BYTES_MAX = 16_384

# What ends the connection: we do (it was answered, or did not matter), or the server, and why.
OURS = 1000
PROTOCOL_ERROR, NOT_UTF8, TOO_BIG = 1002, 1007, 1009
MALFORMED, REPLACED, TOO_MANY = 4400, 4409, 4429
UNTOLD = None  # closed with bytes unread, which resets the connection and may lose the reason
ODD_CODES = (1001, 1003, 1008, 1012, 3000, 4400, 4999)  # a client may close with them

UNKNOWN_ID = "01a1fdf0-0000-7000-8000-000000000000"
MESSAGES: Sequence[dict[str, object]] = [
    {"type": "resume", "epoch": UNKNOWN_ID, "after_seq": 0},
    {"type": "ack", "offer_id": UNKNOWN_ID},
    {"type": "accept_offer", "offer_id": UNKNOWN_ID},
    {"type": "decline_offer", "offer_id": UNKNOWN_ID, "reason": "far"},
    {"type": "report_position", "seq": 1, "lat_deg": 48.2, "lng_deg": 16.4, "accuracy_m": 5.0},
    {"type": "arrive_at_stop", "stop_id": UNKNOWN_ID},
    {"type": "complete_stop", "stop_id": UNKNOWN_ID},
    {"type": "fail_stop", "stop_id": UNKNOWN_ID, "reason": "pickup_closed"},
    {"type": "send_message", "ref": "m", "job_id": UNKNOWN_ID, "text": "Hello"},
    {
        "type": "set_status",
        "status": "online",
        "vehicle": "bike",
        "capacity": {"weight_g": 16_000, "volume_l": 60, "jobs_count": 3},
        "shift_ends_at": "2126-05-04T12:00:00Z",
    },
    {"type": "set_status", "status": "offline"},
    {"type": "authenticate", "ticket": "none"},
    {
        "type": "watch",
        "south_deg": 48.0,
        "west_deg": 16.0,
        "north_deg": 48.4,
        "east_deg": 16.6,
        "zoom": 14.0,
        "frames_per_s": 4.0,
    },
]
VALUES: Sequence[object] = [
    *(None, True, -1, 2**53, 2**64, 10**400, -0.0, 1e308, float("nan"), float("-inf")),
    *("", "\x00", "a" * 1_000, "\u202e", "NaN", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"),
    *(list[object](), dict[str, object](), [[list[object]()]], {"type": "ack"}, [None] * 1_000),
]


class Kind(Struct, frozen=True):
    """A way to be hostile: `make` returns what is sent, `answers` are the codes of the ends."""

    name: str
    make: Callable[[Random], bytes]
    answers: frozenset[int | None]
    weight: int = 1  # what goes on is sent more often than what ends the connection


def frame(
    opcode: int, payload: bytes = b"", *, first_bits: int = 0x80, mask: bytes | None = bytes(4)
) -> bytes:
    """Return a frame (RFC 6455, 5.2); a mask of zeros leaves the payload readable here."""
    masked = 0 if mask is None else 0x80
    if len(payload) < 126:
        length = bytes([masked | len(payload)])
    elif len(payload) < 65_536:
        length = bytes([masked | 126]) + len(payload).to_bytes(2)
    else:
        length = bytes([masked | 127]) + len(payload).to_bytes(8)
    return bytes([first_bits | opcode]) + length + (mask or b"") + payload


def text(value: object) -> bytes:
    """Return a text frame with this as JSON."""
    return frame(TEXT, json.dumps(value).encode())


def hostilities(seed: int, count: int, *, ids: Sequence[str] = ()) -> Iterator[tuple[Kind, bytes]]:
    """Yield so many hostilities of all kinds, always the same ones for a seed.

    Args:
        seed: decides.
        count: how many.
        ids: offers, stops and jobs of others, to be used as one's own now and then.
    """
    random = Random(seed)
    for kind in random.choices(KINDS, [kind.weight for kind in KINDS], k=count):
        made = kind.make(random)
        if ids and random.random() < 0.5:
            made = made.replace(UNKNOWN_ID.encode(), random.choice(ids).encode())
        yield kind, made


def hidden(opcode: int, payload: bytes, mask: bytes) -> bytes:
    """Return a frame whose payload is masked as it should be."""
    covered = bytes(byte ^ mask[place % 4] for place, byte in enumerate(payload))
    return frame(opcode, covered, mask=mask)


def _some_bytes(random: Random, *, count_max: int = 200) -> bytes:
    return random.randbytes(random.randrange(1, count_max))


def _cut(random: Random) -> bytes:
    whole = json.dumps(random.choice(MESSAGES))
    return frame(TEXT, whole[: random.randrange(len(whole))].encode())


def _deep(random: Random) -> bytes:
    opening = random.choice(["[", '{"type":', '{"type":"ack","offer_id":[', '{"a":'])
    return frame(
        TEXT, (opening * (random.randrange(1_000, FRAME_BYTES_MAX) // len(opening))).encode()
    )


def _changed(random: Random) -> bytes:
    message = dict(random.choice(MESSAGES))
    name = random.choice(list(message))
    match random.randrange(4):
        case 0:
            del message[name]
        case 1:
            message[random.choice(["role", "", "\x00", "ref", "type "])] = random.choice(VALUES)
        case _:
            message[name] = random.choice(VALUES)
    return text(message)


def _twice(random: Random) -> bytes:
    message = json.dumps(random.choice(MESSAGES))
    return frame(TEXT, (message[:-1] + "," + message[1:]).encode())


def _valid(random: Random) -> bytes:
    message = dict(random.choice(MESSAGES))
    for name in ("offer_id", "stop_id"):
        if name in message:
            message[name] = str(UUID(bytes=random.randbytes(16)))
    return text(message)


def _not_utf8(random: Random) -> bytes:
    return frame(
        TEXT, b'{"type":"' + random.choice([b"\xff", b"\xc0\x80", b"\xed\xa0\x80"]) + b'"}'
    )


def _oversize(random: Random) -> bytes:
    return frame(TEXT, b" " * random.randrange(FRAME_BYTES_MAX + 1, 5 * FRAME_BYTES_MAX))


def _long_in_parts(random: Random) -> bytes:
    part = b" " * random.randrange(FRAME_BYTES_MAX // 2 + 1, FRAME_BYTES_MAX)
    return frame(TEXT, part, first_bits=0) + frame(0, part, first_bits=0)


def _nested(random: Random) -> bytes:
    return frame(random.choice([TEXT, BINARY]), b'{"type":', first_bits=0) + frame(TEXT, b"{}")


def _control(random: Random) -> int:
    return random.choice([PING, PONG, CLOSE])


def _bad_close(random: Random) -> bytes:
    return frame(
        CLOSE, random.choice([b"\x03", b"\x03\xed", b"\x00\x00", b"\xff\xff", b"\x03\xe8\xff"])
    )


def _odd_close(random: Random) -> bytes:
    return frame(CLOSE, random.choice(ODD_CODES).to_bytes(2) + b"so long")


def _wrong_mask(random: Random) -> bytes:
    return frame(TEXT, json.dumps(random.choice(MESSAGES)).encode(), mask=b"\xff\x00\x81\x10")


def _masked(random: Random) -> bytes:
    payload = json.dumps(random.choice(MESSAGES)).encode()
    return hidden(TEXT, payload, random.randbytes(4))


def _wide_length(random: Random) -> bytes:
    """Return a short message whose length takes more bytes than it needs."""
    payload = json.dumps(random.choice(MESSAGES)).encode()
    return b"\x81\xff" + len(payload).to_bytes(8) + bytes(4) + payload


def _many_parts(random: Random) -> bytes:
    """Return a message in parts of one byte, with a ping between them now and then."""
    payload = json.dumps(random.choice(MESSAGES)).encode()
    parts = [
        frame(0 if place else TEXT, payload[place : place + 1], first_bits=0)
        for place in range(len(payload) - 1)
    ]
    parts.insert(random.randrange(1, len(parts)), frame(PING, b"still here"))
    return b"".join([*parts, frame(0, payload[-1:])])


def _flood(random: Random) -> bytes:
    return frame(PING, random.randbytes(8)) * 200


def _rush(random: Random) -> bytes:
    return text(random.choice(MESSAGES)) * 200


_ANY_MESSAGE = frozenset({OURS, MALFORMED})  # couriers are told what is wrong; watchers say nothing

KINDS: Sequence[Kind] = [
    Kind(
        "random text",
        lambda random: frame(TEXT, _some_bytes(random)),
        frozenset({NOT_UTF8, MALFORMED}),
    ),
    Kind("binary", lambda random: frame(BINARY, _some_bytes(random)), frozenset({MALFORMED})),
    Kind("empty", lambda _: frame(TEXT), frozenset({MALFORMED})),
    Kind("cut short", _cut, frozenset({MALFORMED})),
    Kind("deep", _deep, frozenset({MALFORMED})),
    Kind(
        "no object",
        lambda random: text(random.choice([7, "ack", [], None])),
        frozenset({MALFORMED}),
    ),
    Kind("no number", lambda _: frame(TEXT, b'{"type":NaN}'), frozenset({MALFORMED})),
    Kind("unknown type", lambda _: text({"type": "become_admin"}), frozenset({MALFORMED})),
    Kind("not UTF-8", _not_utf8, frozenset({NOT_UTF8})),
    Kind("changed message", _changed, _ANY_MESSAGE, 60),
    Kind("fields twice", _twice, _ANY_MESSAGE, 10),
    Kind("message", _valid, _ANY_MESSAGE, 40),
    Kind("ping", lambda random: frame(PING, random.randbytes(125)), frozenset({OURS})),
    Kind("pong", lambda random: frame(PONG, random.randbytes(125)), frozenset({OURS})),
    Kind("message in a fragment", _nested, frozenset({PROTOCOL_ERROR})),
    Kind("unmasked", lambda _: frame(TEXT, b"{}", mask=None), frozenset({PROTOCOL_ERROR})),
    Kind("stray part", lambda _: frame(0, b"{}"), frozenset({PROTOCOL_ERROR})),
    Kind(
        "reserved bit", lambda _: frame(TEXT, b"{}", first_bits=0xC0), frozenset({PROTOCOL_ERROR})
    ),
    Kind(
        "reserved kind",
        lambda random: frame(random.choice([3, 7, 11, 15])),
        frozenset({PROTOCOL_ERROR}),
    ),
    Kind(
        "long control",
        lambda random: frame(_control(random), bytes(126)),
        frozenset({PROTOCOL_ERROR}),
    ),
    Kind(
        "control in parts",
        lambda random: frame(_control(random), first_bits=0),
        frozenset({PROTOCOL_ERROR}),
    ),
    Kind("bad close", _bad_close, frozenset({PROTOCOL_ERROR, NOT_UTF8})),
    Kind("odd close", _odd_close, frozenset(ODD_CODES)),
    Kind("wrong mask", _wrong_mask, frozenset({NOT_UTF8, MALFORMED})),
    Kind("random mask", _masked, _ANY_MESSAGE, 5),
    Kind("wide length", _wide_length, _ANY_MESSAGE | {PROTOCOL_ERROR}),
    Kind("many parts", _many_parts, _ANY_MESSAGE),
    Kind("flood of pings", _flood, frozenset({UNTOLD})),
    Kind("rush of messages", _rush, frozenset({TOO_MANY, MALFORMED, UNTOLD})),
    Kind("oversize", _oversize, frozenset({TOO_BIG, UNTOLD})),
    Kind("oversize in parts", _long_in_parts, frozenset({TOO_BIG, UNTOLD})),
    Kind("endless", lambda _: b"\x81\xff" + b"\x7f" + b"\xff" * 7 + bytes(4), frozenset({TOO_BIG})),
]
