"""A guard that is taken away: which text of which file is replaced, and who must notice."""

from msgspec import Struct


class SabotageError(Exception):
    """The replacement does not fit the tree any more: the text says what to do."""


class Sabotage(Struct, frozen=True, kw_only=True):
    name: str
    guard: str  # what holds as long as it is there
    path: str  # from the root of the tree
    old: str  # stands in the file exactly once
    new: str
    tests: tuple[str, ...]  # files, or single tests of long ones; one at least must fail


def sabotaged(text: str, sabotage: Sabotage) -> str:
    """Return the text without the guard.

    Raises:
        SabotageError: the guard does not stand in it exactly once.
    """
    count = text.count(sabotage.old)
    if count != 1:
        raise SabotageError(
            f"{sabotage.name}: the text to replace stands {count} times in {sabotage.path}. Say in"
            " tests/sabotage how the guard reads now."
        )
    return text.replace(sabotage.old, sabotage.new)
