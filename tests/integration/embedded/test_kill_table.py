"""Whatever is killed, the servers come back at the same URLs with their data, or are all gone."""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from service.embedded.client import EmbeddedServers
from service.embedded.errors import StateFolderBusyError, StateFolderUnusableError

APP = """
import sys
from pathlib import Path
from service.embedded.client import EmbeddedServers
with EmbeddedServers(Path(sys.argv[1]), durable=False) as urls:
    print(urls.database_url, flush=True)
    sys.stdin.read()
"""


def pid_in(path):
    return int(path.read_text().splitlines()[0])


def socket_folder(urls):
    return Path(urls.redis_url.removeprefix("unix://")).parent


@pytest.fixture
async def note(sql, valkey):
    """Write something into both servers that a restart must keep."""

    async def write(urls):
        await sql(urls, "CREATE TABLE kept AS SELECT 7 AS value")
        await valkey(urls, "SET", "kept", "8")

    return write


@pytest.fixture
async def assert_kept(sql, valkey):
    async def check(urls):
        assert await sql(urls, "SELECT value FROM kept") == 7
        assert await valkey(urls, "GET", "kept") == "8"

    return check


@pytest.fixture
def kill_an_app(state_dir):
    """Start an app in a process of its own, see its servers run, and kill it."""

    def kill(*, with_supervisor=False):
        with subprocess.Popen(
            [sys.executable, "-c", APP, state_dir], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as app:
            assert app.stdout.readline().startswith(b"postgresql://")
            if with_supervisor:
                os.kill(pid_in(state_dir / "supervisor.lock"), signal.SIGKILL)
            app.kill()

    return kill


@pytest.mark.parametrize("name", ["state", "a folder with spaces", "long-" * 20 + "end"])
async def test_a_second_start_finds_the_data_of_the_first(tmp_path, name, note, assert_kept):
    with EmbeddedServers(tmp_path / name, durable=False) as first_urls:
        await note(first_urls)
    with EmbeddedServers(tmp_path / name, durable=False) as urls:
        assert urls == first_urls
        await assert_kept(urls)
    assert not socket_folder(urls).exists()


async def test_nothing_runs_after_the_block(state_dir, processes_of):
    with EmbeddedServers(state_dir, durable=False):
        commands = " ".join(processes_of(state_dir).values())
    assert all(
        name in commands for name in ("service.embedded.supervisor", "postgres -D", "valkey-server")
    )
    assert processes_of(state_dir) == {}


@pytest.mark.parametrize("pid_file", ["postgres/postmaster.pid", "valkey/valkey.pid"])
async def test_a_killed_server_comes_back_with_its_data(state_dir, pid_file, note, assert_kept):
    with EmbeddedServers(state_dir) as urls:
        await note(urls)
        pid = pid_in(state_dir / pid_file)
        os.kill(pid, signal.SIGKILL)
        await assert_kept(urls)
        assert pid_in(state_dir / pid_file) != pid


async def test_a_killed_supervisor_is_replaced(state_dir, note, assert_kept, processes_of):
    with EmbeddedServers(state_dir, durable=False) as urls:
        await note(urls)
        os.kill(pid_in(state_dir / "supervisor.lock"), signal.SIGKILL)
        await assert_kept(urls)
    assert processes_of(state_dir) == {}


async def test_everything_killed_but_the_app_comes_back(state_dir, note, assert_kept, processes_of):
    with EmbeddedServers(state_dir) as urls:
        await note(urls)
        for pid in processes_of(state_dir):
            with suppress(ProcessLookupError):  # the children of PostgreSQL end with it
                os.kill(pid, signal.SIGKILL)
        await assert_kept(urls)


@pytest.mark.parametrize("with_supervisor", [False, True])
async def test_a_killed_app_leaves_no_process_behind(
    state_dir, kill_an_app, with_supervisor, processes_of, eventually
):
    kill_an_app(with_supervisor=with_supervisor)

    async def is_quiet():
        return not processes_of(state_dir)

    assert await eventually(is_quiet), processes_of(state_dir)


async def test_the_next_app_takes_over_from_a_killed_one(state_dir, kill_an_app, sql):
    kill_an_app()
    with EmbeddedServers(state_dir, durable=False) as urls:
        assert await sql(urls, "SELECT 1") == 1


async def test_a_held_state_folder_is_refused_by_name_and_left_alone(state_dir, sql):
    with EmbeddedServers(state_dir, durable=False) as urls:
        with (
            pytest.raises(StateFolderBusyError, match=str(state_dir)),
            EmbeddedServers(state_dir, durable=False),
        ):
            pass
        assert await sql(urls, "SELECT 1") == 1


def test_a_state_folder_that_cannot_be_made_is_refused_in_words(tmp_path):
    (tmp_path / "file").touch()
    with (
        pytest.raises(StateFolderUnusableError, match="cannot be used: Not a directory"),
        EmbeddedServers(tmp_path / "file" / "state"),
    ):
        pass


async def test_the_settings_are_those_that_clients_rely_on(state_dir, sql, valkey):
    with EmbeddedServers(state_dir, durable=False) as urls:
        assert await sql(urls, "SHOW fsync") == "off"
        assert await sql(urls, "SHOW max_connections") == "100"
        assert await sql(urls, "SHOW listen_addresses") == ""
        assert await sql(urls, "SHOW server_encoding") == "UTF8"
        assert await valkey(urls, "CONFIG", "GET", "maxmemory-policy") == {
            "maxmemory-policy": "noeviction"
        }
        assert await valkey(urls, "CONFIG", "GET", "port") == {"port": "0"}
