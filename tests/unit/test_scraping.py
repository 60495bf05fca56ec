"""Whoever asks for metrics gets them as they are then, and nothing else."""

import asyncio
import socket

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from service.metrics import REGISTRY, SOCKETS_COUNT
from service.scraping import CONNECTIONS_COUNT_MAX, REQUEST_BYTES_MAX, Scraping

HOST = "127.0.0.1"
PATIENCE_S = 10.0


def free_port():
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


@pytest.fixture
async def scraping():
    """What is scraped, and the client that asks it."""
    scraping, port = Scraping(), free_port()
    async with (
        scraping.serving(HOST, port),
        httpx.AsyncClient(base_url=f"http://{HOST}:{port}", trust_env=False) as http,
    ):
        yield scraping, http


async def test_metrics_are_told_in_the_format_of_prometheus(scraping):
    _, http = scraping
    answer = await http.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    names = {family.name for family in text_string_to_metric_families(answer.text)}
    assert {"hexhaul_task_restarts", "hexhaul_sockets_count"} <= names
    assert "_created" not in answer.text


async def test_what_is_measured_is_measured_for_each_answer(scraping):
    asked, http = scraping
    counts = iter((3, 5))

    async def measure():
        SOCKETS_COUNT.labels(market="here").set(next(counts))

    asked.before(measure)
    for count in (3, 5):
        assert (
            f'hexhaul_sockets_count{{market="here"}} {count}.0'
            in (await http.get("/metrics?all=1")).text
        )


async def test_what_cannot_be_measured_takes_nothing_else_along(scraping, capsys):
    asked, http = scraping

    async def fail():
        raise RuntimeError("there is no such thing")

    asked.before(fail)
    assert "hexhaul_task_restarts" in (await http.get("/metrics")).text
    assert "unmeasured" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/", 404), ("GET", "/metric", 404), ("POST", "/metrics", 405)],
)
async def test_there_is_nothing_else(scraping, method, path, status):
    _, http = scraping
    assert (await http.request(method, path)).status_code == status


@pytest.mark.parametrize(
    "said", [b"", b"GET", b"\x00" * 64 + b"\r\n\r\n", b"a" * 3 * REQUEST_BYTES_MAX]
)
async def test_who_asks_nonsense_is_left_alone(scraping, said):
    _, http = scraping
    reader, writer = await asyncio.open_connection(HOST, http.base_url.port)
    writer.write(said)
    writer.write_eof()
    async with asyncio.timeout(PATIENCE_S):
        answer = await _read_all(reader)
    assert answer == b"" or answer.startswith(b"HTTP/1.1 404 ")
    writer.close()
    assert (await http.get("/metrics")).status_code == 200


async def _read_all(reader):
    try:
        return await reader.read()
    except ConnectionResetError:  # it did not read all of it
        return b""


async def test_only_so_many_are_served_at_once(scraping):
    _, http = scraping
    port = http.base_url.port
    silent = [await asyncio.open_connection(HOST, port) for _ in range(CONNECTIONS_COUNT_MAX)]
    await asyncio.sleep(0)
    with pytest.raises(httpx.TransportError):
        await http.get("/metrics")
    for _, writer in silent:
        writer.close()
    async with asyncio.timeout(PATIENCE_S):
        while True:
            try:
                answer = await http.get("/metrics")
                break
            except httpx.TransportError:
                await asyncio.sleep(0.01)
    assert answer.status_code == 200


async def test_without_a_port_nobody_listens():
    async with Scraping().serving(HOST, 0):
        assert len(asyncio.all_tasks()) == 1


def test_every_metric_is_in_the_one_registry():
    names = {family.name for family in REGISTRY.collect()}
    assert "hexhaul_index_drift_count" in names
