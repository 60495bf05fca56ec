"""PURE. What strangers put where a value is due: out of range, out of type, out of their minds."""

from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import TypeAlias

from loadtests.plain import is_mapping, is_sequence

Way: TypeAlias = tuple[str | int, ...]  # names and places, from the outside in

POLES_DEG = (90.0, -90.0, 89.999999, -89.999999)
SEAMS_DEG = (180.0, -180.0, 179.9999999, -0.0, 0.0)
# Middles of cells with five neighbours (H3, resolution 0 and 15), latitude and longitude.
PENTAGONS_DEG = (
    (64.7, 10.53619907546767),
    (-39.1, 122.3),
    (50.10320148224133, -143.47849001502516),
)
FORGED_LINE = '{"event":"forged","level":"error","process":"api"}'
FORMULAS = ("=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1")
NAMES = (
    "\u202egnp.exe",  # right to left
    "Аnna",  # a Cyrillic A  # noqa: RUF001
    "\u200bAnna\u200b",
    "A\u0301" * 40,
    "\U0001f469\u200d\U0001f469\u200d\U0001f467",
    "\ufeffAnna",
    "ﷺ" * 50,
    "Robert'); DROP TABLE job;--",
    "<script>alert(1)</script>",
    "${jndi:ldap://127.0.0.1/a}",
    "{{7*7}}",
    "../../../../etc/passwd",
    f"x\n{FORGED_LINE}\n",
    f"x\r\n{FORGED_LINE}\r\n",
    "x\r\nX-Injected: yes",
    "\x00",
    "a\x00b",
    "\x1b[31mred\x1b[0m",
    "\ud800",  # half a character: in JSON it is spelled out
    "x" * 5_000,
)
NUMBERS = (
    *(-1, 0, 2**31, 2**53 + 1, 2**63, -(2**63) - 1, 10**22, 10**400, -(10**22)),
    *(0.1, 1e22, 1e308, 5e-324, -0.0, 4237.0),
    *(*POLES_DEG, *SEAMS_DEG, 90.0000001, -180.0000001, 1e6),
)
OTHERS: Sequence[object] = (
    *(None, True, False, list[object](), dict[str, object](), [list[object]()], [None], {"": ""}),
    *({"$ref": "#"}, {"__proto__": dict[str, object]()}),
    *("NaN", "null", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "2026-02-30T00:00:00Z"),
    *("2026-11-22T00:00:00", "2026-11-22T00:00:00+99:99", "1e5", "0x10", "00000000"),
)
# Fields that are not the client's to set, and some that nobody has.
FIELDS = (
    *("merchant_id", "market_id", "courier_id", "status", "state", "price", "fee_cents", "role"),
    *("id", "livemode", "is_admin", "__proto__", "constructor", "", "\x00", "reason ", "Pickup"),
)
VALUES: Sequence[object] = (*NAMES, *FORMULAS, *NUMBERS, *OTHERS)


def value(random: Random) -> object:
    """Return a value that is wanted nowhere."""
    return random.choice(VALUES)


def texts(random: Random) -> str:
    """Return such a value as the text of a parameter or header."""
    return str(value(random))


def paths(body: object, *, above: Way = ()) -> Iterator[Way]:
    """Yield the way to each value in a body, those that hold others included."""
    if above:
        yield above
    if is_mapping(body):
        for name, each in body.items():
            yield from paths(each, above=(*above, str(name)))
    elif is_sequence(body):
        for place, each in enumerate(body):
            yield from paths(each, above=(*above, place))


def replaced(body: object, way: Way, by: object) -> object:
    """Return the body with another value at the end of the way."""
    if not way:
        return by
    first, rest = way[0], way[1:]
    return _changed(body, first, lambda inner: replaced(inner, rest, by))


def without(body: object, way: Way) -> object:
    """Return the body without what is at the end of the way."""
    first, rest = way[0], way[1:]
    if rest:
        return _changed(body, first, lambda inner: without(inner, rest))
    if is_mapping(body):
        return {name: each for name, each in body.items() if name != first}
    assert is_sequence(body), "a way ends in what holds others"
    return [each for place, each in enumerate(body) if place != first]


def _changed(body: object, at: str | int, change: Callable[[object], object]) -> object:
    if is_mapping(body):
        return {name: change(each) if name == at else each for name, each in body.items()}
    assert is_sequence(body), "a way goes through what holds others"
    return [change(each) if place == at else each for place, each in enumerate(body)]
