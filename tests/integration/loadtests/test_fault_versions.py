"""A deploy changes what is started from then on; the version before is taken from the history."""

import asyncio
import sys
from pathlib import Path

import pytest

from loadtests.faults.surroundings import NotPossibleError
from loadtests.faults.versions import HERE, Version, former_version


@pytest.fixture
async def start():
    started = []

    async def start_in(folder: Path) -> int:
        process = await asyncio.create_subprocess_exec(
            "env", f"--chdir={folder}", sys.executable, "-c", "print(flush=True); input()",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        started.append(process)
        assert process.stdout is not None
        await process.stdout.readline()
        return process.pid

    yield start_in
    for process in started:
        process.kill()
        await process.wait()


async def test_a_process_keeps_the_version_that_it_was_started_from(tmp_path, start):
    (tmp_path / "other").mkdir()
    version = Version(tmp_path)
    assert version.root == HERE
    before = await start(version.link)
    version.deploy(tmp_path / "other")
    after = await start(version.link)
    assert not version.is_run_by(before)
    assert version.is_run_by(after)


def test_the_version_before_is_whole_and_lacks_the_newest_migration(tmp_path):
    try:
        root = former_version(tmp_path)
    except NotPossibleError as error:
        pytest.skip(str(error))
    assert (root / "service" / "__main__.py").exists()
    former, now = (
        {path.name for path in (tree / "sql" / "migrations").glob("*.sql")} for tree in (root, HERE)
    )
    assert former < now
    assert max(now) not in former
