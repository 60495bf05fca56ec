"""What a console was told of a changing table, and what of the difference it must be told next."""

from collections.abc import Hashable, Mapping
from typing import Generic, TypeVar

from msgspec import Struct

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class News(Struct, Generic[K, V], frozen=True, kw_only=True):
    is_whole: bool  # nothing was told before
    changed: list[V]  # or new
    gone: list[K]


class Told(Generic[K, V]):
    def __init__(self) -> None:
        self._known: dict[K, V] | None = None

    def forget(self) -> None:
        """Tell everything anew the next time."""
        self._known = None

    def tell(self, seen: Mapping[K, V], *, count_max: int) -> News[K, V] | None:
        """Return what is new in the table, None if nothing is, and take it as told.

        At most `count_max` changed and as many gone; the rest is for the next time.
        """
        is_whole = self._known is None
        known: dict[K, V] = {} if self._known is None else self._known
        gone = [key for key in known if key not in seen][:count_max]
        changed = [key for key, value in seen.items() if known.get(key) != value][:count_max]
        for key in gone:
            del known[key]
        known.update((key, seen[key]) for key in changed)
        self._known = known
        if not (is_whole or changed or gone):
            return None
        return News(is_whole=is_whole, changed=[seen[key] for key in changed], gone=gone)
