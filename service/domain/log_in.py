"""How long log-ins last, and what a refresh token that is brought gives away."""

import hmac
from datetime import datetime, timedelta
from enum import Enum, auto

import msgspec
from msgspec import Struct

from service.domain.errors import InvalidParamsError
from service.domain.p256 import is_signed, read_public_key

ACCESS_S = 600  # of a courier's device; then it needs the next token
REFRESH_S = 2_592_000  # thirty days without a word, and the courier logs in anew
DEVICES_COUNT_MAX = 3  # of a courier; the oldest ends when there is one more

# On a bad network answers are lost: so long the token of before may be brought again, and brings
# the same again. Two who share it are found out when one brings what the other has spent for
# longer. Who signs with a device's key is no other, and may come again until the next token is
# brought: an answer may be lost with the network of a whole day.
REPEAT_GRACE_S = 60.0

CONSOLE_S = 28_800  # eight hours; thirty minutes without a request end it before


class Brought(Struct, frozen=True, kw_only=True):
    """A refresh token, as hashes: of its first half, which all of a log-in share, and of it all."""

    line_sha256: bytes
    token_sha256: bytes


class RefreshLine(Struct, frozen=True, kw_only=True):
    """What a log-in may bring: the one token, or the one before it for a while.

    What the former one brought is kept sealed with it, by which whoever brings it again can be
    given the same; None where a release gave the tokens that did not keep them.
    """

    line_sha256: bytes
    token_sha256: bytes
    former_sha256: bytes | None
    renewed_at: datetime  # when the former one was first used
    device_key: bytes | None = None  # a point of P-256: its holder signs what it brings
    next_sealed: bytes | None = None
    is_restored: bool = False  # from a backup, and nobody has come with a token since


class Verdict(Enum):
    GOOD = auto()  # the token
    LATE = auto()  # the one before it, again: the answer was lost
    AHEAD = auto()  # another one, after a restore: maybe of after the backup
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
    is_soon = now - line.renewed_at <= timedelta(seconds=REPEAT_GRACE_S)
    if is_former and (is_soon or line.device_key is not None):
        return Verdict.LATE
    return Verdict.AHEAD if line.is_restored else Verdict.STOLEN


def check_device_key(raw: bytes) -> None:
    """Check that this is a public key.

    Raises:
        InvalidParamsError: it is no uncompressed point of P-256.
    """
    if read_public_key(raw) is None:
        raise InvalidParamsError("the device's key is no uncompressed point of P-256")


def is_by_device(line: RefreshLine, refresh_token: str, proof: bytes | None) -> bool:
    """Return whether who brings the token has the device's key too; without one nobody needs it.

    The token is good once, so its signature is as well: there is nothing else to be signed.
    """
    if line.device_key is None:
        return True
    key = read_public_key(line.device_key)
    return key is not None and proof is not None and is_signed(_said(refresh_token), proof, key)


def _said(refresh_token: str) -> bytes:
    """Return what is signed: what a key has signed for this is of no use for anything else."""
    return f"hexhaul refresh {refresh_token}".encode()


def renewed(
    line: RefreshLine,
    verdict: Verdict,
    *,
    brought: Brought,
    token_sha256: bytes,
    next_sealed: bytes | None,
    now: datetime,
) -> RefreshLine:
    """Return the line with the token that was given for the one that was brought."""
    after = msgspec.structs.replace(line, token_sha256=token_sha256, next_sealed=next_sealed)
    if verdict is Verdict.LATE:  # it stays the former one, and its time runs on
        return after
    return msgspec.structs.replace(
        after, former_sha256=brought.token_sha256, renewed_at=now, is_restored=False
    )
