"""The race of whole ticks, on a city so small that nobody wins anything."""

import pytest
from redis import Redis

from loadtests.matching import tick
from loadtests.matching.city import CitySize, city
from loadtests.matching.product_layout import read_times


@pytest.fixture
def server(servers):
    client = Redis.from_url(servers.redis_url, protocol=2)
    client.flushall()
    yield client
    client.close()


def test_both_ways_decide_on_the_same_jobs(server, monkeypatch):
    monkeypatch.setitem(tick.SIZES, "town", CitySize(40, 12, 2_000.0))
    monkeypatch.setattr(tick, "REPEATS", 1)
    row = tick.race(server, "town", seed=11)
    assert row.figures["cost lower %"] >= 0.0
    assert row.figures["usual ms"] > 0.0
    assert server.xlen("offers") == 2, "one entry for each way of ours"
    (summed,) = tick.summary([row, row])
    assert summed["worst ratio"] == row.figures["ratio"]


def test_the_product_reads_every_courier_near_a_job(servers, server):
    snapshot = city(CitySize(30, 10, 1_000.0), seed=2)
    times = read_times(servers.redis_url, snapshot, repeats=1)
    assert (times.couriers_count, times.jobs_count) == (30, 10)
