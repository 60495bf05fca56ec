"""How long log-ins last, and what a refresh token that is brought gives away."""

import hmac
from datetime import datetime, timedelta
from enum import Enum, auto

import msgspec
from msgspec import Struct

ACCESS_S = 600  # of a courier's device; then it needs the next token
REFRESH_S = 2_592_000  # thirty days without a word, and the courier logs in anew
DEVICES_COUNT_MAX = 3  # of a courier; the oldest ends when there is one more

# On a bad network answers are lost: so long the token of before may be used again. What it has
# brought is void with that, and who comes with that is found out.
REPEAT_GRACE_S = 60.0

CONSOLE_S = 28_800  # eight hours; thirty minutes without a request end it before


class Brought(Struct, frozen=True, kw_only=True):
    """A refresh token, as hashes: of its first half, which all of a log-in share, and of it all."""

    line_sha256: bytes
    token_sha256: bytes


class RefreshLine(Struct, frozen=True, kw_only=True):
    """What a log-in may bring: the one token, or the one before it for a while."""

    line_sha256: bytes
    token_sha256: bytes
    former_sha256: bytes | None
    renewed_at: datetime  # when the former one was first used


class Verdict(Enum):
    GOOD = auto()  # the token
    LATE = auto()  # the one before it, again: the answer was lost
    STOLEN = auto()  # an old one: two have it, or had
    UNKNOWN = auto()  # a guess


def judge(line: RefreshLine, brought: Brought, *, now: datetime) -> Verdict:
    """Return what the token is that was brought.

    Only who was once given a token of this log-in has its first half: a guess ends no log-in.
    """
    if not hmac.compare_digest(brought.line_sha256, line.line_sha256):
        return Verdict.UNKNOWN
    if hmac.compare_digest(brought.token_sha256, line.token_sha256):
        return Verdict.GOOD
    is_former = hmac.compare_digest(brought.token_sha256, line.former_sha256 or b"")
    if is_former and now - line.renewed_at <= timedelta(seconds=REPEAT_GRACE_S):
        return Verdict.LATE
    return Verdict.STOLEN


def renewed(
    line: RefreshLine, verdict: Verdict, *, token_sha256: bytes, now: datetime
) -> RefreshLine:
    """Return the line with a new token, after a good one or a late one."""
    if verdict is Verdict.LATE:  # it stays the former one, and its time runs on
        return msgspec.structs.replace(line, token_sha256=token_sha256)
    return msgspec.structs.replace(
        line, token_sha256=token_sha256, former_sha256=line.token_sha256, renewed_at=now
    )
