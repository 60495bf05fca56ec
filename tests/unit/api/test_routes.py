"""The route table: every route has its audience, and the document says what routes there are."""

from uuid import uuid4

import msgspec
import pytest

from service.api.callers import Audience
from service.api.process import api_process
from service.app import build_app
from service.clock import real_clock
from service.live.connect import open_redis
from service.live.relay_waker import RelayWaker
from service.runtime import Runtime
from service.settings import Settings
from service.store.pool import Pool

METHODS = {"get", "post", "put", "delete", "patch"}


@pytest.fixture(scope="module")
def app():
    """The application on a runtime that is never asked."""
    settings = Settings(database_url="", redis_url="redis://nowhere")
    redis = open_redis(settings)
    runtime = Runtime(
        settings=settings,
        clock=real_clock(),
        epoch=uuid4(),
        pool=Pool(None, settings=settings),
        redis=redis,
        relay_waker=RelayWaker(redis),
        new_id=uuid4,
    )
    return build_app(api_process(runtime))


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
        is_public = path.startswith(("/health", "/schema"))
        assert (audience is Audience.PUBLIC) == is_public, path
        assert path.startswith("/v1/ops") == (audience is Audience.OPS), path


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
        if path.startswith("/health"):
            continue
        assert operation["security"] == [{"key": []}], path
        statuses = {"400", "401", "403", "503"}
        statuses |= {"404"} if "{" in path else set()
        statuses |= {"413", "415"} if "requestBody" in operation else set()
        assert statuses <= set(operation["responses"]), (method, path)
        for status, response in operation["responses"].items():
            if int(status) >= 400:
                assert list(response["content"]) == ["application/problem+json"]


def test_every_reference_in_the_document_leads_somewhere(document):
    text = msgspec.json.encode(document, enc_hook=str).decode()
    names = {part.partition('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert names == names & set(document["components"]["schemas"])
