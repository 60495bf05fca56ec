"""Hostile frames on the three websockets: the answer is as documented, and nobody else suffers."""

import asyncio
import logging
from collections import Counter
from random import Random

import pytest
from structlog.testing import capture_logs

from tests.integration.api.frames import (
    FRAME_BYTES_MAX,
    KINDS,
    MALFORMED,
    OURS,
    TEXT,
    frame,
)
from tests.integration.api.hostile import (
    GOODBYE,
    PATIENCE_S,
    RESUME,
    attack,
    provoke,
    refusals,
    shaken,
)
from tests.integration.api.talk import resumed

PATHS = ["/v1/courier", "/v1/stream", "/v1/ops/feed"]
FRAMES_COUNT = 1_500  # on each path
SEED = 20_260_504
FAULTS = {"request_failed", "socket_failed", "task_failed"}


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


@pytest.mark.parametrize("path", PATHS)
async def test_each_kind_of_frame_has_its_answer(address, key_of, undisturbed, path):
    for kind in KINDS:
        for seed in range(3):
            sent = [RESUME, kind.make(Random(seed))]
            if OURS in kind.answers:
                sent.append(GOODBYE)
            ending = await provoke(address, path, key_of[path], *sent)
            assert ending.code in kind.answers, (kind.name, ending)
            refusals(ending.messages)


async def test_thousands_of_frames_disturb_nobody(address, key_of, undisturbed):
    couriers, merchants, ops = await asyncio.gather(
        *(attack(address, path, key_of[path], seed=SEED, count=FRAMES_COUNT) for path in PATHS)
    )
    assert {MALFORMED, "invalid_params", "invalid_state_transition", "not_found"} <= set(couriers)
    assert {MALFORMED, "invalid_state_transition"} <= set(merchants) & set(ops)


async def test_half_a_frame_and_then_nobody_leaves_nothing(address, key_of, undisturbed):
    whole = frame(TEXT, b" " * FRAME_BYTES_MAX)
    for path, key in key_of.items():
        for length in range(1, len(whole), 1_500):
            _, writer = await shaken(address, path, key)
            writer.write(whole[:length])
            await writer.drain()
            writer.transport.abort()
