"""Why a socket is closed by the server; clients decide by the code whether to come back."""

from collections.abc import Mapping
from enum import IntEnum


class CloseCode(IntEnum):
    MALFORMED = 4400  # not JSON, not a known message, a binary frame: fix the client
    UNAUTHENTICATED = 4401  # get a new ticket
    FORBIDDEN = 4403
    TOO_SLOW = 4408  # the client does not read; come back and resume
    REPLACED = 4409  # a newer connection of the same courier is open
    TOO_MANY_MESSAGES = 4429  # slow down, then come back
    DRAINING = 1012  # the server restarts; come back and resume
    FAILED = 1011  # a fault of the server; come back and resume
    UNAVAILABLE = 1013  # a server behind this one is away; come back later


ADVICE: Mapping[CloseCode, str] = {
    CloseCode.MALFORMED: "not a message of this protocol: stay away, fix the client",
    CloseCode.UNAUTHENTICATED: "no good key or ticket, or the session is over: come back with a "
    "new ticket",
    CloseCode.FORBIDDEN: "the key is good, but not for this: stay away",
    CloseCode.TOO_SLOW: "you read too slowly: come back and resume",
    CloseCode.REPLACED: "a newer connection of this courier is open: stay away",
    CloseCode.TOO_MANY_MESSAGES: "too many messages, or connections: come back after the longest "
    "pause",
    CloseCode.DRAINING: "the server restarts: come back and resume",
    CloseCode.FAILED: "a fault of the server: come back and resume",
    CloseCode.UNAVAILABLE: "a server behind this one is away, or this one is full: come back and "
    "resume",
}
