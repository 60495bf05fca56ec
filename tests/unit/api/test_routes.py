"""The route table: every route has its audience, and the document says what routes there are."""

import msgspec
import pytest

from service.api.callers import Audience
from service.api.shedding import operation_of, reads_body
from service.domain.picture import PictureType
from tests.security.routes import routes_app

# What they ask for is in the body.
LOG_INS = {
    "/v1/courier/session/refresh",
    "/v1/ops/session/issuer",
    "/v1/ops/session/issuer/attempts",
    "/v1/ops/session/password",
    "/v1/ops/session/ways",
}
OF_PAGES = {
    "/assets/{digest:str}/{path:path}",
    "/courier",
    "/courier/worker.js",
    "/ops",
    "/v1/basemap",
    "/v1/basemap/roads",
    "/v1/basemap/tiles",
}
METHODS = {"get", "post", "put", "delete", "patch"}


@pytest.fixture(scope="module")
def app():
    """The application, that no server asks."""
    return routes_app()


@pytest.fixture(scope="module")
def document(app):
    return app.openapi_schema.to_schema()


def handlers_of(app):
    for route in app.routes:
        if hasattr(route, "route_handler_map"):
            for method, (handler, _) in route.route_handler_map.items():
                if method != "OPTIONS":
                    yield route.path, handler
        else:
            yield route.path, route.route_handler


def test_every_route_declares_its_audience(app):
    for path, handler in handlers_of(app):
        if path in ("/schema", "/schema/openapi.json", "/schema/{path:str}"):
            continue  # the framework's own
        audience = Audience(handler.opt["audience"])
        is_public = path.startswith(("/health", "/schema")) or path in LOG_INS | OF_PAGES
        assert (audience is Audience.PUBLIC) == is_public, path
        assert is_public or path.startswith("/v1/ops") == (audience is Audience.OPS), path


def operations_of(document):
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method in METHODS:
                yield path, method, operation


def test_every_operation_has_a_name_of_its_own_and_a_summary(document):
    operations = list(operations_of(document))
    names = [operation["operationId"] for *_, operation in operations]
    assert len(names) == len(set(names))
    assert all(operation["summary"] for *_, operation in operations)


def test_every_operation_behind_the_door_says_how_it_refuses(document):
    assert document["openapi"].startswith("3.1")
    for path, method, operation in operations_of(document):
        assert "400" in operation["responses"], path  # a host that is none, for instance
        if path.startswith("/health"):
            continue
        ways = [next(iter(way)) for way in operation.get("security", [])]
        is_of_ops = path.startswith("/v1/ops")
        is_public = path in LOG_INS | OF_PAGES or path.startswith("/v1/tracking/")
        expected = [] if is_public else ["key", "console"] if is_of_ops else ["key"]
        assert ways == expected, path
        statuses = {"400", "401", "403", "429", "500", "503"}
        statuses |= {"404"} if "{" in path else set()
        is_written = method != "get" and not path.endswith("/tickets")  # those are in Redis
        statuses |= {"409"} if is_written else set()  # others may hold the rows
        statuses |= {"413", "415"} if "requestBody" in operation else set()
        assert statuses <= set(operation["responses"]), (method, path)
        for status, response in operation["responses"].items():
            if int(status) >= 400:
                assert list(response["content"]) == ["application/problem+json"]


def test_every_reference_in_the_document_leads_somewhere(document):
    text = msgspec.json.encode(document, enc_hook=str).decode()
    names = {part.partition('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert names == names & set(document["components"]["schemas"])


def test_a_body_that_the_document_tells_of_is_waited_for_outside_the_line(app, document):
    told = {
        operation["operationId"]
        for _, _, operation in operations_of(document)
        if "requestBody" in operation
    }
    waited_for = {
        operation_of(handler)
        for _, handler in handlers_of(app)
        if getattr(handler, "operation_id", None) in told and reads_body(handler)
    }
    assert "keepProof" in told
    assert waited_for == told


def test_a_picture_is_told_by_its_media_types(document):
    path = "/v1/courier/stops/{stop_id}/proofs/{proof_id}"
    content = document["paths"][path]["put"]["requestBody"]["content"]
    assert set(content) == set(PictureType)
