"""Hostile frames on the three websockets: the answer is as documented, and nobody else suffers."""

import asyncio
import logging
from collections import Counter
from random import Random
from uuid import uuid4

import pytest
from structlog.testing import capture_logs

from loadtests.live.hostile.attack import (
    GOODBYE,
    PATIENCE_S,
    RESUME,
    Target,
    attack,
    handshake,
    leave_amid,
    provoke,
    refusals,
)
from loadtests.live.hostile.doors import knock, status_of
from loadtests.live.hostile.kinds import (
    FRAME_BYTES_MAX,
    KINDS,
    MALFORMED,
    NOT_UTF8,
    OURS,
    TEXT,
    frame,
)
from service.api.errors import STATUS_OF_CODE
from tests.integration.api.talk import resumed

PATHS = ["/v1/courier", "/v1/stream", "/v1/ops/feed"]
FRAMES_COUNT = 1_500  # on each path
SEED = 20_260_504
HANDSHAKES_COUNT = 200  # on each path
ANSWER_S_MAX = 3.0
FAULTS = {"request_failed", "socket_failed", "task_failed"}
CODES = frozenset(STATUS_OF_CODE)


@pytest.fixture
def key_of(keys):
    """The key for a path."""
    return dict(zip(PATHS, (keys[1], keys[0], keys[-1]), strict=True))


@pytest.fixture
async def undisturbed(address, key_of, caplog):
    """Check after the test: good clients are served, no fault was logged, and nothing is left."""

    async def serve_good_clients():
        for path, key in key_of.items():
            async with resumed(address, path, key) as talk:
                await talk.say("resume")
                await talk.hear("refused", code="invalid_state_transition")
        async with resumed(address, PATHS[0], key_of[PATHS[0]]) as courier:
            for type_ in ("ack", "accept_offer"):  # the first of each begins a task of the market
                await courier.say(type_, offer_id=str(uuid4()))
                await courier.hear("refused", code="not_found")

    await serve_good_clients()
    tasks_count = len(asyncio.all_tasks())
    with capture_logs() as logs:
        yield
        await serve_good_clients()
        async with asyncio.timeout(PATIENCE_S):
            while len(asyncio.all_tasks()) > tasks_count:  # noqa: ASYNC110  # nobody tells
                await asyncio.sleep(0.01)
    events = Counter(entry["event"] for entry in logs)
    assert not events.keys() & FAULTS
    assert events["socket_opened"] == events["socket_closed"]
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


@pytest.fixture
def target_of(address, key_of):
    """Whom to attack on a path."""
    return {path: Target(address, path, key.text) for path, key in key_of.items()}


@pytest.mark.parametrize("path", PATHS)
async def test_each_kind_of_frame_has_its_answer(target_of, undisturbed, path):
    for kind in KINDS:
        for seed in range(3):
            sent = [RESUME, kind.make(Random(seed))]
            if OURS in kind.answers:
                sent.append(GOODBYE)
            ending = await provoke(target_of[path], *sent)
            assert ending.code in kind.answers, (kind.name, ending)
            refusals(ending, CODES)


async def test_thousands_of_frames_disturb_nobody(target_of, undisturbed):
    tallies = await asyncio.gather(
        *(
            attack(target, seed=SEED, count=FRAMES_COUNT, codes=CODES)
            for target in target_of.values()
        )
    )
    assert [tally.surprises for tally in tallies] == [[], [], []]
    couriers, merchants, ops = (set(tally.answers) for tally in tallies)
    assert couriers >= {MALFORMED, "invalid_params", "invalid_state_transition", "not_found"}
    assert merchants & ops >= {MALFORMED, "invalid_state_transition"}


async def test_a_close_right_behind_what_is_no_text_is_no_fault_of_ours(target_of, undisturbed):
    for target in target_of.values():
        ending = await provoke(target, RESUME, frame(TEXT, b"\xff") + GOODBYE)
        assert ending.code in {NOT_UTF8, OURS}


async def test_hostile_handshakes_are_no_fault_of_ours(target_of, undisturbed):
    for target in target_of.values():
        tally = await knock(target, seed=SEED, count=HANDSHAKES_COUNT, patience_s=ANSWER_S_MAX)
        assert tally.surprises == []
        assert set(tally.answers) >= {"400", "101"}


@pytest.mark.parametrize(
    "line", [b"Content-Length: 5", b"Transfer-Encoding: chunked", b"X: \x7f", b"X: " + b"x" * 9_000]
)
async def test_a_handshake_that_cannot_be_read_is_answered(target_of, line):
    for target in target_of.values():
        sent = handshake(target)[:-2] + line + b"\r\n\r\n"
        assert (await status_of(target, sent, patience_s=ANSWER_S_MAX)).startswith("4")


async def test_half_a_frame_and_then_nobody_leaves_nothing(target_of, undisturbed):
    whole = frame(TEXT, b" " * FRAME_BYTES_MAX)
    for target in target_of.values():
        for length in range(1, len(whole), 1_500):
            await leave_amid(target, whole[:length])
