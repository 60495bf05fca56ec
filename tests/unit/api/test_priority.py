"""Every route and every message has its class, and the classes share the connections out."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.api.batched import ASK_S_MAX
from service.api.callers import Audience
from service.api.priority import (
    IN_NO_LINE,
    LIMITS,
    PRIORITY_OF_MESSAGE,
    PRIORITY_OF_OPERATION,
    Priority,
    shares_of,
)
from service.api.shedding import class_of, operation_of, stands_in_line
from service.settings import Settings
from service.store.pool import RELEASE_S_MAX
from service.wire.courier_stream import ClientMessage
from tests.security.routes import OF_THE_FRAMEWORK, routes_app

ANSWER_S_MAX = 5.0  # promised, with any server away


@pytest.fixture(scope="module")
def routes():
    """Each route's method, path and handler."""
    app = routes_app()
    found = []
    for route in app.routes:
        for method, (handler, _) in getattr(route, "route_handler_map", {}).items():
            if method != "OPTIONS" and route.path not in OF_THE_FRAMEWORK:
                found.append((method, route.path, handler))
    return found


def test_every_route_is_classified_by_its_name_and_no_name_is_left_over(routes):
    names = {operation_of(handler) for _, path, handler in routes if not path.startswith("/schema")}
    names.discard(None)  # pages and their files
    assert names == PRIORITY_OF_OPERATION.keys() | IN_NO_LINE
    log_ins = {
        "beginOpsLogIn",
        "finishOpsLogIn",
        "logInCourier",
        "logInOps",
    }  # with the connections of a class, and in no line
    assert PRIORITY_OF_OPERATION.keys() & IN_NO_LINE == log_ins


def test_no_line_is_before_what_is_in_memory_and_what_waits_elsewhere(routes):
    at_once = {path for _, path, handler in routes if not stands_in_line(handler)}
    pages = {"/assets/{digest:str}/{path:path}", "/ops", "/courier", "/courier/worker.js"}
    maps = {"/v1/basemap", "/v1/basemap/roads"}
    log_ins = {"/v1/courier/session", "/v1/ops/session/password"}
    log_ins |= {"/v1/ops/session/issuer", "/v1/ops/session/issuer/attempts"}
    assert at_once == pages | maps | log_ins | {"/health/live", "/health/ready"}


def test_what_only_reads_is_never_before_what_changes_something(routes):
    for method, path, handler in routes:
        is_read = class_of(handler) is Priority.READ
        assert is_read == (method == "GET"), path


def test_what_changes_a_job_in_hand_goes_before_what_brings_new_ones(routes):
    by_ops = {
        class_of(handler)
        for method, path, handler in routes
        if method == "POST"
        and path.startswith("/v1/ops/jobs/")
        and Audience(handler.opt["audience"]) is Audience.OPS
    }
    assert by_ops == {Priority.DECIDE}
    assert PRIORITY_OF_OPERATION["cancelJob"] < PRIORITY_OF_OPERATION["postJob"]


def test_every_message_of_a_courier_is_classified():
    assert PRIORITY_OF_MESSAGE.keys() == set(get_args(ClientMessage))


@given(st.integers(4, 500))
def test_the_classes_have_all_connections_between_them_and_each_has_one(connections_count_max):
    shares = shares_of(connections_count_max)
    assert shares.keys() == set(Priority)
    assert sum(shares.values()) == connections_count_max
    assert min(shares.values()) >= 1
    assert shares[Priority.DECIDE] == max(shares.values())


def test_what_waits_for_a_server_that_is_away_is_answered_within_the_promise():
    settings = Settings(database_url="", redis_url="")
    in_line_s = max(limits.wait_s_max for limits in LIMITS.values())
    at_work_s = settings.acquire_timeout_s + settings.command_timeout_s + RELEASE_S_MAX
    assert in_line_s + at_work_s < ANSWER_S_MAX
    assert LIMITS[Priority.READ].wait_s_max + ASK_S_MAX < ANSWER_S_MAX  # whose key it is
