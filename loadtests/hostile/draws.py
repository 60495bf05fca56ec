"""PURE. Values that a schema allows, drawn from a seed; where a name says more, those that lead on.

What is drawn from the schema alone is mostly refused for its meaning: a place outside the market,
an id that nobody has. `Leads` knows better ones.
"""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random
from uuid import UUID

from msgspec import Struct, convert

from loadtests.hostile.document import Document, Json
from loadtests.plain import is_sequence

OPTIONAL_SHARE = 0.4  # of optional fields and parameters that are said
LED_SHARE = 0.9  # of the values that a lead is followed for
ITEMS_COUNT_MAX = 4
LENGTH_MAX = 60  # where the schema has no limit
DEPTH_MAX = 12
OFFSET_DEG_MAX = 0.02  # about two kilometres
NOWHERE = "http://127.0.0.1:9/hooks"  # allowed in the lab, and nobody listens
INSTANT = datetime(2026, 11, 22, tzinfo=UTC)
_KNOWN = {"url": NOWHERE, "from": "2026-11-01T00:00:00Z", "to": "2026-12-01T00:00:00Z"}
# One of these fits each pattern of the document; which, is looked up.
_TEXTS = (
    "Ida",
    "olga",
    "+4315331234",
    "7k2m9x4q",
    "job:01a1fdf0-0000-7000-8000-000000000000",
    "v1",
    "1".ljust(22, "x"),  # a tracking token that nobody has
    "7",
    "4711",  # a code that is said at a door
    "s" * 86,  # a signature
    "#7a1fa2",
    "",
)


class NoSampleError(Exception):
    """No text here fits a pattern of the document: it needs one."""


class Leads(Struct, frozen=True, kw_only=True):
    """What leads somewhere: ids and cursors that are known, and the middle of the market."""

    ids: Sequence[str]
    cursors: Sequence[str]
    center_deg: tuple[float, float]

    def follow(self, name: str, random: Random) -> object:
        """Return a value for a field of this name; None where nothing is known of it."""
        match name:
            case "lat_deg" | "south_deg" | "north_deg":
                return _near(random, self.center_deg[0], 90.0)
            case "lng_deg" | "west_deg" | "east_deg":
                return _near(random, self.center_deg[1], 180.0)
            case "cursor" if self.cursors:
                return random.choice(self.cursors)
            case "based_on_version":
                return random.randrange(1, 40)
            case _ if name.endswith("_id") and self.ids and name != "key_id":
                return random.choice(self.ids)
            case _:
                return _KNOWN.get(name)


def _near(random: Random, middle_deg: float, most_deg: float) -> float:
    """Return degrees near the middle; what would be beyond the most comes in from the other end."""
    found = middle_deg + random.uniform(-OFFSET_DEG_MAX, OFFSET_DEG_MAX)
    if abs(found) <= most_deg:
        return found
    over = abs(found) - most_deg
    turned = most_deg - over if most_deg == 90.0 else over - most_deg
    return turned if found > 0.0 else -turned


class Draws(Struct, frozen=True, kw_only=True):
    """Draws values; all that decides comes in."""

    document: Document
    leads: Leads
    random: Random

    def value(self, schema: Json, *, name: str = "", depth: int = 0) -> object:
        """Return a value that the schema allows.

        Args:
            schema: of the value; it may refer to another.
            name: of the field that it is for.
            depth: how deep it stands in what is drawn.

        Raises:
            NoSampleError: a pattern is not known here.
        """
        if depth > DEPTH_MAX:
            return None
        if self.random.random() < LED_SHARE:
            led = self.leads.follow(name, self.random)
            if led is not None:
                return led
        schema = self.document.resolved(schema)
        for word in ("oneOf", "anyOf"):
            if word in schema:
                choice = self.random.choice(convert(schema[word], list[Json]))
                beside = {said: each for said, each in schema.items() if said != word}
                return self.value({**beside, **choice}, name=name, depth=depth + 1)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return self.random.choice(convert(schema["enum"], list[object]))
        return self._typed(schema, depth=depth)

    def _typed(self, schema: Json, *, depth: int) -> object:
        said = schema.get("type", "null")
        kind = self.random.choice(said) if is_sequence(said) else said
        draw: Callable[[], object] = {
            "object": lambda: self.fields(schema, depth=depth),
            "array": lambda: self._items(schema, depth=depth),
            "string": lambda: self._text(schema),
            "integer": lambda: self._integer(schema),
            "number": lambda: self._number(schema),
            "boolean": lambda: self.random.random() < 0.5,
        }.get(str(kind), lambda: None)
        return draw()

    def fields(self, schema: Json, *, depth: int) -> dict[str, object]:
        """Return an object: what it needs, and some of what it may have."""
        known = convert(schema.get("properties", {}), dict[str, Json])
        needed = convert(schema.get("required", []), list[str])
        return {
            name: self.value(each, name=name, depth=depth + 1)
            for name, each in known.items()
            if name in needed or self.random.random() < OPTIONAL_SHARE
        }

    def _items(self, schema: Json, *, depth: int) -> list[object]:
        least = _whole(schema, "minItems", 0)
        most = min(_whole(schema, "maxItems", ITEMS_COUNT_MAX), max(least, ITEMS_COUNT_MAX))
        each = convert(schema.get("items", {}), dict[str, object])
        count = self.random.randint(least, most)
        return [self.value(each, depth=depth + 1) for _ in range(count)]

    def _text(self, schema: Json) -> str:
        match schema.get("format"):
            case "uuid":
                return str(UUID(int=self.random.getrandbits(128)))
            case "date-time":
                at = INSTANT + timedelta(seconds=self.random.randrange(-9_000, 9_000))
                return at.strftime("%Y-%m-%dT%H:%M:%SZ")
            case _:
                least = _whole(schema, "minLength", 0)
                most = _whole(schema, "maxLength", LENGTH_MAX)
                return _sample(str(schema.get("pattern", "")), least, most)

    def _integer(self, schema: Json) -> int:
        least = _whole(schema, "minimum", -(2**31))
        most = _whole(schema, "maximum", max(least, 2**31))
        return self.random.choice([least, most, self.random.randint(least, most)])

    def _number(self, schema: Json) -> float:
        least = convert(schema.get("minimum", schema.get("exclusiveMinimum", -1e6)), float)
        most = convert(schema.get("maximum", schema.get("exclusiveMaximum", 1e6)), float)
        drawn = self.random.uniform(least, most)
        return self.random.choice([drawn, drawn, round(drawn, 1)])


@cache
def _sample(pattern: str, least: int, most: int) -> str:
    """Return a text of the lengths that fits the pattern."""
    for text in (*_TEXTS, "x" * least):
        if least <= len(text) <= most and re.search(pattern, text):
            return text
    raise NoSampleError(pattern)


def _whole(schema: Json, name: str, otherwise: int) -> int:
    return convert(schema.get(name, otherwise), int, strict=False)  # 1.0 is whole
