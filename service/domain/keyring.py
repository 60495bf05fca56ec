"""A merchant's keys: what a new one may be for, and how many there may be."""

from collections.abc import Collection, Sequence
from datetime import datetime

from msgspec import Struct

from service.domain.errors import CapacityExceededError, ForbiddenError
from service.domain.permission import Scope

SAME_NAME_COUNT_MAX = 2  # the old and the new one, while they are exchanged
KEYS_COUNT_MAX = 20


class IssuedKey(Struct, frozen=True, kw_only=True):
    """A key without its secret, which nobody has but its holder."""

    id: str
    name: str | None
    scopes: tuple[Scope, ...]
    created_at: datetime
    last_used_at: datetime | None  # to the minute
    expires_at: datetime | None
    revoked_at: datetime | None
    allowed_from: tuple[str, ...]  # networks; none: from anywhere


def is_active(key: IssuedKey, *, now: datetime) -> bool:
    """Return whether the key opens doors."""
    return key.revoked_at is None and (key.expires_at is None or now < key.expires_at)


def check_new_key(
    keys: Sequence[IssuedKey],
    *,
    name: str,
    scopes: Collection[Scope],
    granted_by: Collection[Scope],
    now: datetime,
) -> None:
    """Check that a merchant who has these keys may be given one more.

    Args:
        keys: all that are active, and perhaps others.
        name: what the new key is used for.
        scopes: of the new key.
        granted_by: the scopes of the key that asks for it.
        now: real time.

    Raises:
        ForbiddenError: the new key would be for more than the one that asks.
        CapacityExceededError: there are enough of this name, or enough at all.
    """
    beyond = sorted(set(scopes) - set(granted_by))
    if beyond:
        raise ForbiddenError(f"this key cannot pass on what it lacks: {', '.join(beyond)}")
    active = [key for key in keys if is_active(key, now=now)]
    if sum(key.name == name for key in active) >= SAME_NAME_COUNT_MAX:
        raise CapacityExceededError(f"{SAME_NAME_COUNT_MAX} active keys have this name; revoke one")
    if len(active) >= KEYS_COUNT_MAX:
        raise CapacityExceededError(f"there are {KEYS_COUNT_MAX} active keys; revoke one")
