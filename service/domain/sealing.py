"""What is known of recipients, sealed with the key of its month, to be forgotten for good.

The key of a month makes that of the next one and of none before (a hash ratchet: HMAC-SHA256 as a
pseudo-random function, as in RFC 5869). Whoever keeps the key of the oldest month that is needed
can open all that was sealed since; when it is moved on, what was sealed before is lost to
everybody, also in backups. Texts are sealed by AES-256-GCM (NIST SP 800-38D), with the name of
their field as associated data.
"""

import base64
import binascii
import hmac
import re
import secrets
from datetime import datetime
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from msgspec import Struct
from msgspec.structs import replace

ERASED = "erased"  # what is read where there was something
UNREADABLE = "unreadable"
MONTHS_COUNT_MAX = 1_200  # from a key to the month that is asked for
_KEY_BYTES = 32
_NONCE_BYTES = 12
_CHECK, _CHECKED = "check", "these are the keys"
_LINE = re.compile(r"(\d{4}-(?:0[1-9]|1[0-2])) ([0-9a-f]{64})")
_SEALED = re.compile(r"sealed:(\d{4}-(?:0[1-9]|1[0-2])):([A-Za-z0-9_-]{38,}={0,2})")


class MonthKey(Struct, frozen=True):
    """A key from which those of later months are made."""

    month: str  # 2026-11
    key: bytes

    def __repr__(self) -> str:
        return f"MonthKey({self.month!r})"


class KeyChain(Struct, frozen=True):
    """Keys by month, the oldest first, each good until the next; without any nothing is sealed."""

    roots: tuple[MonthKey, ...] = ()
    seals: bool = True  # or only opens what others have sealed


UNSEALED = KeyChain()


def month_of(at: datetime) -> str:
    """Return the month of an instant, in UTC."""
    return f"{at:%Y-%m}"


def read_chain(text: str) -> KeyChain:
    """Return the keys of a key file: `2026-11 <64 hexadecimal digits>` a line; # begins a remark.

    Raises:
        ValueError: a line is not like that, there is none, or months do not rise.
    """
    roots: list[MonthKey] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        found = _LINE.fullmatch(line.strip())
        if found is None:
            raise ValueError(f"line {number} is not a month and 64 hexadecimal digits")
        if roots and found[1] <= roots[-1].month:
            raise ValueError(f"line {number} is of no later month than the one before")
        roots.append(MonthKey(found[1], bytes.fromhex(found[2])))
    if not roots:
        raise ValueError("there is no key")
    return KeyChain(tuple(roots))


def chain_text(chain: KeyChain) -> str:
    """Return the text of a key file."""
    return "".join(f"{root.month} {root.key.hex()}\n" for root in chain.roots)


def new_chain(at: datetime) -> KeyChain:
    """Return a new random key, from that month on."""
    return KeyChain((MonthKey(month_of(at), secrets.token_bytes(_KEY_BYTES)),))


def moved_on(chain: KeyChain, month: str) -> KeyChain:
    """Return the keys of that month and later ones: what was sealed before nobody opens."""
    root = _root_of(chain, month)
    if root is None:
        return chain
    later = tuple(one for one in chain.roots if one.month > month)
    return replace(chain, roots=(MonthKey(month, _key_of(root, month)), *later))


def seal(text: str, chain: KeyChain, *, field: str, at: datetime) -> str:
    """Return the text as only who has the keys can read it; as it is, if they are not to seal.

    Args:
        text: what somebody wrote.
        chain: the keys.
        field: whose value it is: as that of another it cannot be opened.
        at: the time, which says with which month's key; before the first one's with that.
    """
    is_to_be = chain.seals or _SEALED.fullmatch(text)  # what looks sealed would be opened
    if not chain.roots or not is_to_be:
        return text
    root = _root_of(chain, month_of(at)) or chain.roots[0]
    month = max(month_of(at), root.month)
    nonce = secrets.token_bytes(_NONCE_BYTES)
    closed = nonce + _cipher(root, month).encrypt(nonce, text.encode(), field.encode())
    return f"sealed:{month}:{base64.urlsafe_b64encode(closed).decode()}"


def unseal(text: str, chain: KeyChain, *, field: str) -> str:
    """Return what was sealed as this field; a text that never was, as it is.

    What was sealed in a month whose key is gone is `ERASED`; what these keys cannot open is
    `UNREADABLE`: then they are not those of this database.
    """
    told = _unsealed(text, chain, field)
    return UNREADABLE if told is None else told


def can_unseal(text: str, chain: KeyChain, *, field: str) -> bool:
    """Return whether `unseal` does not have to say `UNREADABLE`, which people may say as well."""
    return _unsealed(text, chain, field) is not None


def check_text(chain: KeyChain, *, at: datetime) -> str:
    """Return what these keys open and others do not, and nobody minds who does."""
    return seal(_CHECKED, replace(chain, seals=True), field=_CHECK, at=at)


def is_openable(check: str, chain: KeyChain) -> bool:
    """Return whether a text was made by `check_text` of these keys, or of those before them."""
    return unseal(check, chain, field=_CHECK) == _CHECKED


def _unsealed(text: str, chain: KeyChain, field: str) -> str | None:
    found = _SEALED.fullmatch(text) if chain.roots else None
    if found is None:
        return text
    roots = [root for root in reversed(chain.roots) if root.month <= found[1]]
    if not roots:
        return ERASED
    # The latest first; whoever had not heard of it when it began has sealed with the one before.
    told = (_opened(found[2], root, found[1], field) for root in roots)
    return next((text for text in told if text is not None), None)


def _opened(closed_text: str, root: MonthKey, month: str, field: str) -> str | None:
    try:
        cipher = _cipher(root, month)
        closed = base64.urlsafe_b64decode(closed_text)
        return cipher.decrypt(closed[:_NONCE_BYTES], closed[_NONCE_BYTES:], field.encode()).decode()
    except (binascii.Error, InvalidTag, ValueError):
        return None


def _root_of(chain: KeyChain, month: str) -> MonthKey | None:
    """Return the latest key of the chain from which that of the month is made."""
    return next((root for root in reversed(chain.roots) if root.month <= month), None)


@lru_cache(maxsize=256)
def _cipher(root: MonthKey, month: str) -> AESGCM:
    return AESGCM(hmac.digest(_key_of(root, month), b"hexhaul seal", "sha256"))


def _key_of(root: MonthKey, month: str) -> bytes:
    """Return the key of a month, made from one before it, step by step.

    Raises:
        ValueError: the month is too far from it.
    """
    at, key = root.month, root.key
    for _ in range(MONTHS_COUNT_MAX):
        if at == month:
            return key
        at = _next(at)
        key = hmac.digest(key, b"hexhaul month\0" + at.encode(), "sha256")
    raise ValueError(f"{month} is more than {MONTHS_COUNT_MAX} months after {root.month}")


def _next(month: str) -> str:
    year, number = int(month[:4]), int(month[5:])
    return f"{year + number // 12:04}-{number % 12 + 1:02}"
