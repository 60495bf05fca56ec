"""The demo, run as a user runs it: it judges itself by Postgres and by what its clients saw."""

import json
import re
import signal
import time

import pytest
import redis
from processes import descendants, is_alive, kill, pid_of, start, wait_gone

pytestmark = pytest.mark.acceptance

SMALL = ("--couriers", "40", "--jobs-per-minute", "90", "--speed", "60", "--seed", "7")


def finish(demo, *, within_s=180.0):
    """Wait for the end; return the exit code and what it printed."""
    out, err = demo.communicate(timeout=within_s)
    return demo.returncode, f"{out}\n{err}"


def await_line(demo, pattern, *, within_s=90.0):
    """Read the progress on stderr until a line matches."""
    deadline_s = time.monotonic() + within_s
    while time.monotonic() < deadline_s:
        line = demo.stderr.readline()
        if re.search(pattern, line):
            return line
        assert line or demo.poll() is None, "it ended early"
    raise AssertionError(f"no line matched {pattern!r}")


def test_a_demo_delivers_and_holds_its_invariants(tmp_path):
    report = tmp_path / "out.json"
    demo = start("demo", "--headless", "--duration-s", "20", *SMALL, "--json", str(report))
    code, printed = finish(demo)
    assert code == 0, printed
    result = json.loads(report.read_text())
    assert result["delivered_count"] > 0
    assert result["findings"]
    assert all(finding["ok"] for finding in result["findings"])


PARTS = [
    "service api",
    "service dispatch",
    "service relay",
    "service webhooks",
    "valkey-server",
    "bin/postgres",
    "service.embedded.supervisor",
]


def flush(root_pid):
    """Empty the server that holds the live index, as if by mistake."""
    command = descendants(root_pid)[pid_of(root_pid, "valkey-server")]
    with redis.Redis.from_url("unix://" + command.split("unixsocket:")[1]) as client:
        client.flushall()


def test_any_one_process_may_be_killed_and_the_index_flushed(tmp_path):
    report = tmp_path / "out.json"
    demo = start("demo", "--headless", "--duration-s", "60", *SMALL, "--json", str(report))
    await_line(demo, "delivered")
    for part in PARTS:
        pid = pid_of(demo.pid, part)
        kill(pid)
        assert not wait_gone([pid])
        assert pid_of(demo.pid, part) != pid  # it is back
        await_line(demo, "delivered")
    flush(demo.pid)
    await_line(demo, "delivered")
    code, printed = finish(demo)
    assert code == 0, printed
    result = json.loads(report.read_text())
    assert all(finding["ok"] for finding in result["findings"])
    assert result["delivered_count"] > 0


@pytest.mark.parametrize("signal_", [signal.SIGINT, signal.SIGKILL])
def test_nothing_outlives_the_demo(signal_):
    demo = start("demo", "--headless", "--duration-s", "600", *SMALL)
    await_line(demo, "ready")
    below = descendants(demo.pid)
    assert any("bin/postgres" in command for command in below.values())
    demo.send_signal(signal_)
    demo.communicate(timeout=30)
    assert not {below[pid] for pid in wait_gone(below, within_s=20.0) if is_alive(pid)}
