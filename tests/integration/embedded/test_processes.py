"""Child processes are kept running, and none of them outlives its app."""

import asyncio
import os
import signal
import subprocess
import sys

import pytest

from service.processes import Processes

SLEEPER = (sys.executable, "-c", "import time; print('up', flush=True); time.sleep(600)")
STUBBORN = (
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGINT, signal.SIG_IGN); "
    "print('up', flush=True); time.sleep(600)",
)
SAYS_GOODBYE = """
import pathlib, signal, sys
def leave(*_):
    with pathlib.Path(sys.argv[1]).open("a") as file:
        file.write(sys.argv[2] + " ")
    sys.exit()
signal.signal(signal.SIGINT, leave)
print("up", flush=True)
while True:
    signal.pause()
"""
APP = """
import asyncio, sys
from pathlib import Path
from service.processes import Processes
async def main():
    async with Processes({"child": sys.argv[2:]}, log_dir=Path(sys.argv[1])) as processes:
        print(processes.pids()["child"], flush=True)
        await asyncio.sleep(600)
asyncio.run(main())
"""


@pytest.fixture
def has_started(tmp_path, eventually):
    """Wait until the process has printed something."""

    async def wait(name):
        async def has_printed():
            return (tmp_path / f"{name}.log").read_text() == "up\n"

        return await eventually(has_printed)

    return wait


def is_gone(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    with open(f"/proc/{pid}/stat") as status:  # noqa: PTH123 -- one word of a pseudo file
        return status.read().rpartition(")")[2].split()[0] == "Z"


async def test_all_run_in_the_block_and_none_after_it(tmp_path):
    async with Processes({"one": SLEEPER, "two": SLEEPER}, log_dir=tmp_path) as processes:
        pids = processes.pids()
        assert list(pids) == ["one", "two"]
        assert not any(map(is_gone, pids.values()))
    assert all(map(is_gone, pids.values()))


async def test_a_killed_process_is_started_again_alone(tmp_path, eventually):
    async with Processes({"one": SLEEPER, "two": SLEEPER}, log_dir=tmp_path) as processes:
        before = processes.pids()
        os.kill(before["two"], signal.SIGKILL)

        async def is_back():
            return processes.restarts() == {"one": 0, "two": 1}

        assert await eventually(is_back)
        after = processes.pids()
    assert after["one"] == before["one"]
    assert after["two"] != before["two"]


async def test_they_are_stopped_politely_the_last_one_first(tmp_path, has_started):
    goodbyes = tmp_path / "goodbyes"
    names = ("one", "two", "three")
    commands = {name: (sys.executable, "-c", SAYS_GOODBYE, str(goodbyes), name) for name in names}
    async with Processes(commands, log_dir=tmp_path):
        for name in names:
            assert await has_started(name)
    assert goodbyes.read_text() == "three two one "


async def test_what_ignores_a_polite_end_is_killed_within_the_limit(tmp_path, has_started):
    async with Processes({"it": STUBBORN}, log_dir=tmp_path, stop_timeout_s=0.2) as processes:
        pid = processes.pids()["it"]
        assert await has_started("it")
    assert is_gone(pid)


async def test_the_log_keeps_what_a_process_prints(tmp_path, has_started):
    async with Processes({"it": SLEEPER}, log_dir=tmp_path):
        assert await has_started("it")


async def test_an_error_in_the_block_leaves_it_as_it_is(tmp_path):
    with pytest.raises(LookupError):
        async with Processes({"it": SLEEPER}, log_dir=tmp_path):
            raise LookupError


async def test_a_killed_app_takes_its_processes_along(tmp_path, eventually):
    app = await asyncio.create_subprocess_exec(
        sys.executable, "-c", APP, tmp_path, *SLEEPER, stdout=subprocess.PIPE
    )
    pid = int(await app.stdout.readline())
    assert not is_gone(pid)
    app.kill()
    await app.wait()

    async def is_over():
        return is_gone(pid)

    assert await eventually(is_over)
