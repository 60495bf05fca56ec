"""A tiny demo from the outside: the command, its exit code and what it writes."""

import json
import re
import signal
import socket
import subprocess
import sys

import pytest

TIMEOUT_S = 120.0


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def command(port, *arguments):
    few = ("--couriers", "15", "--jobs-per-minute", "120", "--speed", "60")
    return [sys.executable, "-m", "service", "demo", "--port", str(port), *few, *arguments]


def test_a_demo_delivers_and_breaks_nothing(port, tmp_path):
    path = tmp_path / "out.json"
    flags = ("--headless", "--duration-s", "15", "--json", str(path))
    ended = subprocess.run(
        command(port, *flags), capture_output=True, text=True, timeout=TIMEOUT_S, check=False
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    told = ended.stdout + ended.stderr
    assert re.search(r"courier's page at \S+/courier: hh_test_\w+", told), told
    report = json.loads(path.read_text("utf-8"))
    assert report["is_quiet"]
    assert report["jobs_count"] > 10
    assert report["delivered_count"] > 0
    assert report["offers_count_by_status"]["accepted"] > 0
    assert report["webhooks_count"] > 0
    assert len(report["findings"]) == 13
    assert all(finding["ok"] for finding in report["findings"])


def test_an_interrupted_demo_ends_cleanly(port):
    with subprocess.Popen(
        command(port, "--headless", "--duration-s", "600"), stderr=subprocess.PIPE, text=True
    ) as demo:
        line = demo.stderr.readline()
        assert "ready at" in line
        demo.send_signal(signal.SIGINT)
        _, rest = demo.communicate(timeout=TIMEOUT_S)
    assert demo.returncode == 1
    assert "Traceback" not in rest
    assert "stopped before the end" in rest
