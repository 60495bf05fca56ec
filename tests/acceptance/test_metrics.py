"""Every process of `hexhaul up` tells its metrics on a port of its own."""

import os
import random
import re
import signal
import socket
import time

import httpx
import pytest
from processes import start
from prometheus_client.parser import text_string_to_metric_families

pytestmark = pytest.mark.acceptance

PATIENCE_S = 90.0
PORTS_COUNT = 5
OF_PROCESS = {
    "relay": {"hexhaul_index_audits", "hexhaul_untold_facts_age_s"},
    "dispatch": {"hexhaul_ticks"},
    "webhooks": {"hexhaul_webhook_waiting_count", "hexhaul_webhook_due_age_s"},
    "api": {"hexhaul_requests", "hexhaul_sockets_count"},
    "api-2": {"hexhaul_requests"},
}


def first_free_port():
    """Return the first of some ports in a row that nobody has."""
    for _ in range(100):
        first = random.randrange(20_000, 30_000)
        try:
            for port in range(first, first + PORTS_COUNT):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        return first
    raise AssertionError("no ports in a row")


def wait_ready(process):
    """Read what is printed until all is there; return {process: port}."""
    ports, deadline_s = {}, time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline_s and len(ports) < PORTS_COUNT:
        line = process.stdout.readline()
        assert line, process.stderr.read()
        found = re.fullmatch(r"metrics of (\S+): port (\d+), /metrics\n", line)
        if found:
            ports[found[1]] = int(found[2])
    return ports


def scrape(port):
    """Return what the process tells, once it has begun; readiness is that of one api."""
    deadline_s = time.monotonic() + PATIENCE_S
    while True:
        try:
            return httpx.get(
                f"http://127.0.0.1:{port}/metrics", timeout=PATIENCE_S, trust_env=False
            ).text
        except httpx.ConnectError:
            assert time.monotonic() < deadline_s
            time.sleep(0.1)


def test_each_process_is_scraped(tmp_path):
    first = first_free_port()
    up = start(
        *("up", "--apis", "2", "--state-dir", str(tmp_path), "--port", "8700"),
        env={**os.environ, "HEXHAUL_METRICS_PORT": str(first)},
    )
    try:
        ports = wait_ready(up)
        assert sorted(ports.values()) == list(range(first, first + PORTS_COUNT))
        for name, port in ports.items():
            families = {
                family.name: family for family in text_string_to_metric_families(scrape(port))
            }
            assert OF_PROCESS[name] <= families.keys()
            assert families["process_resident_memory_bytes"].samples[0].value > 0
            lags = {one.labels["quantile"] for one in families["hexhaul_loop_lag_s"].samples}
            assert lags == {"0.5", "0.99", "1"}
    finally:
        up.send_signal(signal.SIGINT)
        up.communicate(timeout=PATIENCE_S)
