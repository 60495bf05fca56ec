"""What strangers ask is drawn from the document: the same for a seed, whole, and of every kind."""

import json
from functools import cache
from random import Random

import h11
import jsonschema
import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from loadtests.hostile import spite
from loadtests.hostile.asks import KINDS, Scene, draft, draw_ask
from loadtests.hostile.document import read_document
from loadtests.hostile.draws import Draws, Leads
from tests.security.routes import route_table, routes_app

CENTER_DEG = (89.999, -180.0)
IDS = ["01a1fdf0-0000-7000-8000-000000000001"]
OTHERS = ["01a1fdf0-0000-7000-8000-000000000002"]


@cache  # and no fixture: a failing example would be told with all of it
def text():
    """Return the OpenAPI document, as it is served."""
    app = routes_app()
    return json.loads(msgspec.json.encode(app.openapi_schema.to_schema(), enc_hook=str))


@cache
def document():
    return read_document(text())


def scene_of(seed):
    leads = Leads(ids=IDS, cursors=[], center_deg=CENTER_DEG)
    draws = Draws(document=document(), leads=leads, random=Random(seed))
    return Scene(draws=draws, ids_of_others=OTHERS)


def drawn(seed, count):
    scene = scene_of(seed)
    return [draw_ask(scene, scene.random.choice(document().operations)) for _ in range(count)]


def encoded(ask):
    return ask.encoded(host="here", headers={"Authorization": "Bearer x"})


def test_every_operation_of_the_document_is_known_with_its_answers():
    routes = route_table()
    wanted = {
        (route.method, route.path.replace(":uuid", "").replace(":str", ""))
        for route in routes
        if route.path.startswith(("/v1", "/health")) and route.method != "SOCKET"
    }
    wanted -= {
        ("GET", "/v1/basemap/roads"),
        ("GET", "/v1/basemap/tiles"),
    }  # files, which pages know
    assert {(one.method, one.path) for one in document().operations} == wanted
    assert all(one.statuses > {400} for one in document().operations)


def test_a_seed_always_asks_the_same():
    first, again, other = (drawn(seed, 200) for seed in (3, 3, 4))
    assert [encoded(ask) for _, ask in first] == [encoded(ask) for _, ask in again]
    assert [encoded(ask) for _, ask in first] != [encoded(ask) for _, ask in other]


def test_every_kind_comes():
    assert {name for name, _ in drawn(1, 3_000)} == {kind.name for kind in KINDS}


@given(st.integers(0, 2**32))
@settings(max_examples=40, deadline=None)
def test_what_is_as_documented_is_allowed_by_its_schema(seed):
    scene = scene_of(seed)
    for operation in document().operations:
        made = draft(scene, operation)
        for schema, value in [
            *([(operation.body, made.body)] if operation.body else []),
            *((one.schema, made.values[one.name]) for one in operation.placed("path")),
        ]:
            whole = {**schema, "components": text()["components"]}
            jsonschema.Draft202012Validator(whole).validate(value)


# What a server may find unreadable in these: characters and lengths of a line.
HARDLY_READABLE = {"odd header", "wrong path", "bent path", "odd key", "wrong query"}


@given(st.integers(0, 2**32))
@settings(max_examples=40, deadline=None)
def test_each_request_is_one_whole_request(seed):
    for name, ask in drawn(seed, 20):
        conn = h11.Connection(h11.SERVER, max_incomplete_event_size=1_000_000)
        conn.receive_data(encoded(ask))
        try:
            request = conn.next_event()
        except h11.RemoteProtocolError:
            assert name in HARDLY_READABLE
            continue
        assert request.method.decode() == ask.method
        body = b""
        while not isinstance(event := conn.next_event(), h11.EndOfMessage):
            body += bytes(event.data)
        assert body == ask.body
        assert conn.trailing_data[0] == b""


BODY = {"a": [1, {"b": None}], "c": "x"}


def test_each_value_of_a_body_can_be_replaced_and_left_out():
    ways = list(spite.paths(BODY))
    assert ways == [("a",), ("a", 0), ("a", 1), ("a", 1, "b"), ("c",)]
    assert spite.replaced(BODY, ("a", 1, "b"), 7) == {"a": [1, {"b": 7}], "c": "x"}
    assert spite.replaced(BODY, (), 7) == 7
    assert spite.without(BODY, ("a", 1, "b")) == {"a": [1, {}], "c": "x"}
    assert spite.without(BODY, ("a", 0)) == {"a": [{"b": None}], "c": "x"}
    assert spite.without(BODY, ("c",)) == {"a": [1, {"b": None}]}
    assert BODY == {"a": [1, {"b": None}], "c": "x"}


def test_places_are_drawn_on_both_sides_of_the_seam_and_short_of_the_pole():
    scene = scene_of(9)
    leads = scene.draws.leads
    lat_deg = [leads.follow("lat_deg", scene.random) for _ in range(200)]
    lng_deg = [leads.follow("lng_deg", scene.random) for _ in range(200)]
    assert all(89.9 < value <= 90.0 for value in lat_deg)
    assert {value > 0.0 for value in lng_deg} == {True, False}
    assert all(179.9 < abs(value) <= 180.0 for value in lng_deg)
