"""Markup from templates: whatever is put into one is escaped, unless it is markup itself."""

from collections.abc import Iterable
from html import escape
from string import Template


class Html(str):
    """Markup: made here, and nowhere from what somebody else wrote."""

    __slots__ = ()


NOTHING = Html("")


def fill(template: str, **values: object) -> Html:
    """Return the template with its `$names` filled in.

    Raises:
        KeyError: a name has no value.
    """
    return Html(Template(template).substitute({k: markup(v) for k, v in values.items()}))


def markup(value: object) -> Html:
    """Return the value as markup: the text of anything, with nothing in it that has a meaning."""
    return value if isinstance(value, Html) else Html(escape(str(value)))


def joined(parts: Iterable[Html]) -> Html:
    """Return the parts one after the other."""
    return Html("\n".join(parts))
