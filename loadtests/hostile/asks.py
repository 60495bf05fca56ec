"""PURE. Requests for the routes of the document, each with something amiss, or nothing at all.

Only a seeded `Random` decides. All of them are whole HTTP/1.1 requests, so that one connection can
carry many; what is hardly HTTP is in `bytes_kinds`.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import NamedTuple
from urllib.parse import quote

from msgspec import Struct
from msgspec.structs import replace

from loadtests.hostile import spite
from loadtests.hostile.document import Operation
from loadtests.hostile.draws import OPTIONAL_SHARE, Draws
from loadtests.plain import is_sequence

_JSON_TYPE = ("Content-Type", "application/json")
_KEY = "Idempotency-Key"
_METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "BREW", "get")
_TYPES = (
    *("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""),
    *("application/xml", "application/jsonx", "application/json; charset=utf-16", "*/*", "json"),
)
_HEADERS = (
    *("Content-Encoding", "Range", "Accept", "Accept-Encoding", "If-Match", "Referer", "Origin"),
    *("X-Request-Id", "X-Forwarded-For", "X-Forwarded-Host", "X-HTTP-Method-Override", "Cookie"),
    *("X-Original-URL", "Forwarded", "Sec-Fetch-Site", "Traceparent", "User-Agent", "Host"),
)
_HEADER_TEXTS = (
    *("gzip", "bytes=0-,0-,0-", "*", "10.0.0.1, 127.0.0.1", "::1%eth0", "999.1.1.1", "DELETE"),
    *("hexhaul=x; __Host-hexhaul=y", "q=;;;,,,", "x" * 4_000, "\xe9\xff", "evil.example", ""),
    "../../etc/passwd",
    spite.FORGED_LINE,
)
_WAYS = (
    *("%00", "..%2f..%2fops%2fmarket", "%2e%2e", "{job_id}", "null", "0", "-1", "'%20OR%201=1"),
    *("%F0%28%8C%28", "a" * 3_000, "%0d%0aX-Injected:%20yes", "01A1FDF0-0000-7000-8000-00000000"),
)
_DEEP_COUNT = 100_000
_OPENINGS = (b"[", b'{"pickup":', b'{"a":[', b'{"":')
_SIZES_BYTES = (65_537, 70_000, 300_000)


class Ask(Struct, frozen=True, kw_only=True):
    """A request, and what it was meant to be.

    `is_of_document` means that method and path are the operation's, so that the answer is one of
    those that the document promises.
    """

    operation: Operation
    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    is_of_document: bool = True
    is_of_others: bool = False  # every id in its path is another's

    def encoded(self, *, host: str, headers: Mapping[str, str]) -> bytes:
        """Return the bytes; `headers` say who asks, unless the request says it itself."""
        target = self.path + ("?" + "&".join(f"{n}={v}" for n, v in self.query)) * bool(self.query)
        own = {name.lower() for name, _ in self.headers}
        said = {"Host": host, **headers}
        lines = [f"{name}: {text}" for name, text in said.items() if name.lower() not in own]
        lines += [f"{name}: {text}" for name, text in self.headers]
        if self.body or self.method in ("POST", "PUT"):
            lines.append(f"Content-Length: {len(self.body)}")
        head = "\r\n".join([f"{self.method} {target} HTTP/1.1", *lines, "", ""])
        return head.encode("latin-1", "replace") + self.body


class Draft(Struct, frozen=True, kw_only=True):
    """A request as the document has it, with its body not yet as text."""

    ask: Ask
    body: object = None
    values: Mapping[str, str] = {}  # of the path


class Scene(Struct, frozen=True, kw_only=True):
    """What kinds know: how to draw values, and ids of others."""

    draws: Draws
    ids_of_others: Sequence[str]

    @property
    def random(self) -> Random:
        return self.draws.random


Spoil = Callable[[Scene, Draft], Ask]


class Kind(NamedTuple):
    """A way to be amiss; `needs` says which requests it is for."""

    name: str
    spoil: Spoil
    weight: int
    needs: Callable[[Operation], bool]


def draft(scene: Scene, operation: Operation) -> Draft:
    """Return a request that is as the document wants it."""
    draws, random = scene.draws, scene.random
    values = {
        one.name: quote(str(draws.value(one.schema, name=one.name)), safe="")
        for one in operation.placed("path")
    }
    query = tuple(
        (one.name, quote(str(each), safe=""))
        for one in operation.placed("query")
        if one.is_required or random.random() < OPTIONAL_SHARE
        for each in _many(draws.value(one.schema, name=one.name))
    )
    headers = tuple(
        (one.name, f"k-{random.getrandbits(64):x}")
        for one in operation.placed("header")
        if one.is_required or one.name == _KEY
    )
    body = None if operation.body is None else draws.value(operation.body)
    ask = Ask(
        operation=operation,
        method=operation.method,
        path=_path(operation, values),
        query=query,
        headers=(*headers, _JSON_TYPE),
        body=b"" if operation.body is None else _text(body),
    )
    return Draft(ask=ask, body=body, values=values)


def _many(drawn: object) -> Sequence[object]:
    if drawn is None:
        return ()
    return drawn if is_sequence(drawn) else (drawn,)


def _path(operation: Operation, values: Mapping[str, str]) -> str:
    path = operation.path
    for name, text in values.items():
        path = path.replace(f"{{{name}}}", text)
    return path


def _text(body: object) -> bytes:
    """Return the body as JSON; halves of characters are spelled out."""
    return json.dumps(body).encode()


# ------------------------------------------------------------------ what is amiss
def _nothing(_: Scene, made: Draft) -> Ask:
    return made.ask


def _wrong_value(scene: Scene, made: Draft) -> Ask:
    ways = list(spite.paths(made.body)) or [()]
    body = spite.replaced(made.body, scene.random.choice(ways), spite.value(scene.random))
    return replace(made.ask, body=_text(body))


def _no_field(scene: Scene, made: Draft) -> Ask:
    ways = list(spite.paths(made.body))
    body = spite.without(made.body, scene.random.choice(ways)) if ways else dict[str, object]()
    return replace(made.ask, body=_text(body))


def _field_of_others(scene: Scene, made: Draft) -> Ask:
    """Set what is not the client's to set, anywhere in the body."""
    random = scene.random
    field_text = json.dumps(random.choice(spite.FIELDS))
    value_text = json.dumps(random.choice([random.choice(scene.ids_of_others), "admin", 0, None]))
    text = made.ask.body
    places = [place + 1 for place, byte in enumerate(text) if byte == ord("{")] or [0]
    place = random.choice(places)
    separator = b"" if text[place : place + 1] == b"}" else b","
    extra = f"{field_text}:{value_text}".encode() + separator
    return replace(made.ask, body=text[:place] + extra + text[place:])


def _fields_twice(_: Scene, made: Draft) -> Ask:
    text = made.ask.body
    return replace(made.ask, body=text[:-1] + b"," + text[1:] if text[:1] == b"{" else text * 2)


def _no_json(scene: Scene, made: Draft) -> Ask:
    random, text = scene.random, made.ask.body
    cut = random.randrange(len(text)) if text else 0
    body = random.choice(
        [
            *(text[:cut], text + b"}", b"\xef\xbb\xbf" + text, text.decode().encode("utf-16")),
            *(random.randbytes(random.randrange(1, 300)), text[:cut] + b"\xff" + text[cut:]),
            *(text[:cut] + b"\x00" + text[cut:], b"NaN", b"[1e999]", b'{"pickup":-Infinity}'),
            *(b"9" * 5_000, b"'" + text + b"'", b"// x\n" + text, b"", b"\xed\xa0\x80", b"{]"),
        ]
    )
    return replace(made.ask, body=body)


def _deep(scene: Scene, made: Draft) -> Ask:
    opening = scene.random.choice(_OPENINGS)
    count = scene.random.choice([900, 5_000, _SIZES_BYTES[0] // len(opening) - 1, _DEEP_COUNT])
    return replace(made.ask, body=opening * count)


def _large(scene: Scene, made: Draft) -> Ask:
    size_bytes = scene.random.choice(_SIZES_BYTES)
    return replace(made.ask, body=made.ask.body + b" " * size_bytes)


def _wrong_type(scene: Scene, made: Draft) -> Ask:
    kept = tuple(pair for pair in made.ask.headers if pair != _JSON_TYPE)
    return replace(made.ask, headers=(*kept, ("Content-Type", scene.random.choice(_TYPES))))


def _wrong_query(scene: Scene, made: Draft) -> Ask:
    random = scene.random
    names = [one.name for one in made.ask.operation.placed("query")] or ["limit"]
    name = random.choice([*names, *names, "fields", "limit", "limit[]", "%00", "a" * 300])
    wrong = (name, quote(spite.texts(random), safe="", errors="replace"))
    query = [pair for pair in made.ask.query if pair[0] != name or random.random() < 0.5]
    return replace(made.ask, query=(*query, wrong))


def _wrong_path(scene: Scene, made: Draft) -> Ask:
    random = scene.random
    name = random.choice(list(made.values))
    values = {**made.values, name: random.choice(_WAYS)}
    path = _path(made.ask.operation, values)
    return replace(made.ask, path=path, is_of_document=False)


def _bent_path(scene: Scene, made: Draft) -> Ask:
    """Spell the path in another way, which must lead nowhere or to the same."""
    path = made.ask.path
    bent = scene.random.choice(
        [
            *(path.upper(), path + "/", "/" + path, path.replace("/v1", "/v1/."), path + "%20"),
            *(path.replace("/v1/", "/v1//"), path + ";x=y", "/v2" + path[3:], path + ".json"),
            *(path.replace("/v1", "/v1/../v1"), path.replace("v1", "%761"), path + "#x", path[:-1]),
        ]
    )
    return replace(made.ask, path=bent, is_of_document=False)


def _wrong_method(scene: Scene, made: Draft) -> Ask:
    method = scene.random.choice(_METHODS)
    return replace(made.ask, method=method, is_of_document=method == made.ask.method)


def _odd_header(scene: Scene, made: Draft) -> Ask:
    random = scene.random
    name, text = random.choice(_HEADERS), random.choice(_HEADER_TEXTS)
    return replace(made.ask, headers=(*made.ask.headers, (name, text)))


def _odd_key(scene: Scene, made: Draft) -> Ask:
    kept = tuple(pair for pair in made.ask.headers if pair[0] != _KEY)
    text = scene.random.choice(["", " ", "k" * 256, "k" * 9_000, "\xfc", "a b", "same", "same"])
    return replace(made.ask, headers=(*kept, (_KEY, text)))


def _of_others(scene: Scene, made: Draft) -> Ask:
    values = {
        name: text if name == "key_id" else scene.random.choice(scene.ids_of_others)
        for name, text in made.values.items()
    }
    path = _path(made.ask.operation, values)
    return replace(made.ask, path=path, is_of_others="key_id" not in values)


def _has_body(operation: Operation) -> bool:
    return operation.body is not None


def _has_path(operation: Operation) -> bool:
    return bool(operation.placed("path"))


def _has_key(operation: Operation) -> bool:
    return any(one.name == _KEY for one in operation.placed("header"))


def _any(_: Operation) -> bool:
    return True


KINDS = (
    Kind("as documented", _nothing, 12, _any),
    Kind("wrong value", _wrong_value, 30, _has_body),
    Kind("no field", _no_field, 6, _has_body),
    Kind("field of others", _field_of_others, 10, _has_body),
    Kind("fields twice", _fields_twice, 5, _has_body),
    Kind("no JSON", _no_json, 12, _has_body),
    Kind("deep", _deep, 3, _has_body),
    Kind("large", _large, 1, _any),
    Kind("wrong type", _wrong_type, 5, _any),
    Kind("wrong query", _wrong_query, 14, _any),
    Kind("wrong path", _wrong_path, 8, _has_path),
    Kind("bent path", _bent_path, 4, _any),
    Kind("wrong method", _wrong_method, 4, _any),
    Kind("odd header", _odd_header, 10, _any),
    Kind("odd key", _odd_key, 4, _has_key),
    Kind("ids of others", _of_others, 10, _has_path),
)


def draw_ask(scene: Scene, operation: Operation) -> tuple[str, Ask]:
    """Return the name of a kind that suits the operation, and a request of it."""
    fitting = [kind for kind in KINDS if kind.needs(operation)]
    (kind,) = scene.random.choices(fitting, [one.weight for one in fitting])
    return kind.name, kind.spoil(scene, draft(scene, operation))
