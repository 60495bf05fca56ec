"""Ending and stopping processes is seen to happen; a small disk is full when it is said to be."""

import asyncio
import sys

import pytest

from loadtests.faults.signals import freeze, kill, state_of, thaw, tree
from loadtests.faults.surroundings import (
    FakedClock,
    NotPossibleError,
    empty,
    fill,
    is_full,
    small_disk,
)

PATIENCE_S = 10.0


@pytest.fixture
async def process():
    made = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "input()", stdin=asyncio.subprocess.PIPE
    )
    yield made
    if made.returncode is None:
        made.kill()
    await made.wait()


async def test_a_process_stands_still_and_goes_on(process):
    assert await freeze([process.pid]) == 1
    assert state_of(process.pid) == "T"
    thaw([process.pid])
    async with asyncio.timeout(PATIENCE_S):
        while state_of(process.pid) == "T":  # noqa: ASYNC110  # nobody tells
            await asyncio.sleep(0.01)
    assert tree(process.pid)[0] == process.pid


async def test_a_killed_process_is_gone_and_is_killed_once(process):
    assert await kill([process.pid]) == 1
    await process.wait()
    assert state_of(process.pid) == ""
    assert await kill([process.pid]) == 0


def test_a_small_disk_is_full_until_the_ballast_is_gone(tmp_path):
    try:
        with small_disk(tmp_path / "disk"):
            assert not is_full(tmp_path / "disk")
            assert fill(tmp_path / "disk")
            assert is_full(tmp_path / "disk")
            empty(tmp_path / "disk")
            assert not is_full(tmp_path / "disk")
    except NotPossibleError as error:
        pytest.skip(str(error))
    assert not any((tmp_path / "disk").iterdir())


def test_a_clock_jumps_by_its_control_file(tmp_path):
    try:
        clock = FakedClock(tmp_path)
    except NotPossibleError as error:
        pytest.skip(str(error))
    clock.jump(-3_600)
    assert (tmp_path / "faketime").read_text() == "-3600s\n"
    assert clock.environment["FAKETIME_TIMESTAMP_FILE"] == str(tmp_path / "faketime")
