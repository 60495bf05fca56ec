"""Plain data that holds others, by name or one after the other, as a type checker wants it said."""

from collections.abc import Mapping, Sequence
from typing import TypeGuard


def is_mapping(value: object) -> TypeGuard[Mapping[object, object]]:
    """Return whether it holds others by name."""
    return isinstance(value, Mapping)


def is_sequence(value: object) -> TypeGuard[Sequence[object]]:
    """Return whether it holds others one after the other; a text is one value."""
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)
