"""How the hostile runs judge: answers, logs, what is held, and what adds up."""

import asyncio
import json
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadtests.hostile.asks import Ask
from loadtests.hostile.bytes_kinds import KINDS as BYTES_KINDS
from loadtests.hostile.bytes_kinds import Wait, draw_bytes
from loadtests.hostile.canary import Lives
from loadtests.hostile.document import Operation
from loadtests.hostile.exchange import NoAnswerError, read_answer
from loadtests.hostile.held import Held, left_behind
from loadtests.hostile.hooks import draw_visits
from loadtests.hostile.inside import url
from loadtests.hostile.logged import Logged, read_logs
from loadtests.hostile.manners import MANNERS
from loadtests.hostile.plan import Plan
from loadtests.hostile.run import Result
from loadtests.hostile.tally import SURPRISES_COUNT_MAX, Tally
from loadtests.hostile.verdicts import Answer, Asker, Depth, depth_of, faults_of, form_faults
from service.domain.webhook_address import ForbiddenUrlError, check_url

PROBLEM = {
    "type": "urn:hexhaul:problem:not_found",
    "title": "Not Found",
    "status": 404,
    "code": "not_found",
    "detail": "there is no such job",
    "request_id": "r",
}
SAFE = {"x-content-type-options": "nosniff"}
HEADERS = SAFE | {"content-type": "application/problem+json", "x-request-id": "r"}
OPERATION = Operation(
    id="getJob",
    method="GET",
    path="/v1/jobs/{job_id}",
    audience="merchant",
    parameters=(),
    body=None,
    statuses=frozenset({200, 404}),
)
ASK = Ask(operation=OPERATION, method="GET", path="/v1/jobs/x")
MERCHANT = Asker(name="m", audience="merchant", headers={})
NOBODY = Asker(name="n", audience=None, headers={})


def problem(status=404, headers=HEADERS, **changes):
    body = json.dumps(PROBLEM | {"status": status} | changes).encode()
    return Answer(status=status, headers=headers, body=body)


def test_a_refusal_as_it_should_be_has_no_fault():
    assert faults_of(ASK, MERCHANT, problem()) == []
    assert faults_of(ASK, MERCHANT, Answer(status=200, headers=SAFE, body=b"{}")) == []


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (problem(status=500, code="internal_error"), "said to be ours"),
        (problem(status=503, code="unavailable"), "said to be ours"),  # and not when to come back
        (problem(code="no_such_code"), "with code"),
        (problem(code="forbidden"), "with code"),
        (problem(headers=HEADERS | {"content-type": "text/html"}), "no problem document"),
        (problem(headers=HEADERS | {"x-request-id": "other"}), "not that of the header"),
        (problem(headers=HEADERS | {"x-injected": "yes"}), "let in"),
        (problem(status=429, code="rate_limited"), "Retry-After"),
        (Answer(status=404, headers=HEADERS, body=b"{"), "404"),
        (Answer(status=200, headers={}, body=b"{}"), "missing"),
        (Answer(status=404, headers=HEADERS, body=b'{"code":7}'), "404"),
    ],
)
def test_a_refusal_that_is_wrong_is_told(answer, words):
    assert any(words in fault for fault in form_faults(answer))


def test_a_full_server_may_say_so():
    full = problem(status=503, code="unavailable", headers=HEADERS | {"retry-after": "1"})
    assert form_faults(full) == []
    assert depth_of(503) is Depth.FULL


def test_what_the_document_does_not_say_is_told():
    undocumented = problem(status=409, code="lock_contention")
    assert faults_of(ASK, MERCHANT, undocumented) == ["409 is not in the document"]
    bent = Ask(operation=OPERATION, method="GET", path="/v1/jobs", is_of_document=False)
    assert faults_of(bent, MERCHANT, undocumented) == []


def test_who_gets_in_without_a_right_is_told():
    found = Answer(status=200, headers=SAFE, body=b"{}")
    assert faults_of(ASK, NOBODY, found) == ["n was let in"]
    of_others = Ask(operation=OPERATION, method="GET", path="/v1/jobs/x", is_of_others=True)
    assert faults_of(of_others, MERCHANT, found) == ["what is another's was found"]
    at_work = Asker(name="v", audience="merchant", headers={}, sees_others=True)
    assert faults_of(of_others, at_work, found) == []


# ------------------------------------------------------------------ answers off the wire
async def answered(*parts, is_head=False):
    reader = asyncio.StreamReader()
    for part in parts:
        reader.feed_data(part)
    reader.feed_eof()
    return await read_answer(reader, is_head=is_head)


async def test_an_answer_is_read_whatever_its_form():
    sized = await answered(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX: a\r\n\r\n", b"hi", b"rest")
    assert (sized.status, sized.headers["x"], sized.body) == (200, "a", b"hi")
    chunked = b"HTTP/1.1 400 No\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n1\r\n!\r\n0\r\n\r\n"
    assert (await answered(chunked)).body == b"hi!"
    assert (await answered(b"HTTP/1.1 200 OK\r\n\r\nto the end")).body == b"to the end"
    first = b"HTTP/1.1 100 Continue\r\n\r\n"
    assert (await answered(first, b"HTTP/1.1 204 No\r\n\r\n")).status == 204
    head = b"HTTP/1.1 404 No\r\nContent-Length: 99\r\n\r\n"
    assert (await answered(head, is_head=True)).body == b""


async def test_what_is_no_answer_is_told():
    with pytest.raises(NoAnswerError):
        await answered(b"220 mail.example.com ESMTP\r\n\r\n".replace(b"220", b"mail"))
    with pytest.raises(asyncio.IncompleteReadError):
        await answered(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")


# ------------------------------------------------------------------ logs and what is held
def test_errors_forged_lines_and_traces_are_faults_and_the_rest_is_not(tmp_path):
    log = tmp_path / "api.log"
    lines = [
        '{"event":"socket_opened","level":"info"}',
        "WARNING:uvicorn.error:Invalid HTTP request received.",
        '{"event":"request_failed","level":"error"}',
        "Traceback (most recent call last):",
        "  File ...",
        '{"event":"item_failed","level":"warning","error":"KeyError()"}',
        '{"event":"item_failed","level":"warning","error":"UnavailableError()"}',
        '{"event":"forged","level":"info"}',
        '{"event":',
    ]
    log.write_text("\n".join(lines))
    logged = read_logs([log])
    assert logged.events["api: socket_opened"] == 1
    assert dict(logged.faults) == {
        "api: request_failed": 1,
        "api: no line of ours": 2,
        "api: item_failed": 1,
        "api: forged": 1,
    }
    assert len(logged.examples) == 5


WAS = Held(pid=1, rss_kib=1_000, files_count=40, tasks={"a": 20}, peers_count=5)


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (None, "has ended"),
        ({"pid": 2}, "has ended"),
        ({"tasks": {"a": 20, "b": 3}}, "more tasks than it had: {'b': 3}"),
        ({"tasks": {"a": 21, "accept:vienna": 1}}, "more tasks than it had: {'a': 1}"),
        ({"peers_count": 6}, "connections"),
        ({"files_count": 99}, "files"),
        ({"rss_kib": 1_101}, "KiB"),
    ],
)
def test_what_is_left_behind_is_told(now, words):
    after = {} if now is None else {"api": Held(**{**_fields(WAS), **now})}
    (told,) = left_behind({"api": WAS}, after)
    assert words in told
    begun = Held(**{**_fields(WAS), "tasks": {"a": 19, "accept:vienna": 1, "accept:linz": 1}})
    assert list(left_behind({"api": WAS}, {"api": begun})) == []


def _fields(held):
    return {name: getattr(held, name) for name in held.__struct_fields__}


def result(**changes):
    values = {
        "tallies": {"web": Tally()},
        "lives": Lives(),
        "before": {"api": WAS},
        "after": {"api": WAS},
        "logged": Logged(),
        "stolen_count": 0,
        "attacked_s": 1.0,
        "elapsed_s": 2.0,
    }
    return Result(**(values | changes))


def test_a_run_is_broken_by_each_thing_that_must_not_be():
    assert result().broken == []
    surprised = Tally()
    surprised.surprised("oh")
    logged = Logged()
    logged.faults["api: request_failed"] += 1
    for changes in (
        {"tallies": {"web": surprised}},
        {"lives": Lives(failures=["late"])},
        {"after": {}},
        {"logged": logged},
        {"stolen_count": 1},
    ):
        assert len(result(**changes).broken) == 1, changes


# ------------------------------------------------------------------ counts
def test_tallies_add_up_and_keep_the_first_surprises():
    one, other = Tally(), Tally()
    for tally in (one, other):
        tally.tried("deep", "400", "invalid_params")
        for number in range(SURPRISES_COUNT_MAX):
            tally.surprised(f"oh {number}")
    one.plus(other)
    assert (one.inputs_count, one.kinds, one.answers["400"]) == (2, {"deep": 2}, 2)
    assert one.surprises_count == 2 * SURPRISES_COUNT_MAX
    assert len(one.surprises) == SURPRISES_COUNT_MAX


@given(st.integers(1, 10**7), st.integers(0, 2**32))
def test_every_way_has_its_share_and_together_they_are_enough(count, seed):
    plan = Plan(count=count, seed=seed)
    assert min(plan.shares.values()) >= 1
    assert count <= sum(plan.shares.values()) <= count + len(plan.shares)
    assert plan.warm.seed != plan.seed


@given(st.integers(1, 200), st.integers(0, 2**32))
def test_visits_have_as_many_calls_as_wanted_and_no_more_than_a_manner_allows(count, seed):
    visits = draw_visits(seed, count)
    assert sum(visit.calls_count for visit in visits) == count
    assert all(1 <= one.calls_count <= MANNERS[one.name].calls_count_max for one in visits)
    assert len({one.key for one in visits}) == len(visits)
    assert visits == draw_visits(seed, count)


@given(st.integers(0, 2**64))
def test_no_url_that_leads_inside_may_be_set(seed):
    with pytest.raises(ForbiddenUrlError):
        check_url(url(Random(seed)), allows_loopback=False)


def test_bytes_are_the_same_for_a_seed_and_of_every_kind():
    first, again = (
        [draw_bytes(random, b"X: y") for _ in range(2_000)] for random in (Random(5), Random(5))
    )
    assert first == again
    assert {sent.kind for sent in first} == {kind.name for kind in BYTES_KINDS}
    assert {sent.wait for sent in first} == set(Wait)
