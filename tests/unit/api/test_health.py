"""What it means that a server is up or not."""

import pytest

from service.api.health import Components, judge
from service.loop_lag import LoopLag


@pytest.mark.parametrize(
    ("postgres", "redis", "index", "status", "degraded"),
    [
        ("up", "up", "up", "ready", ()),
        ("up", "up", "rebuilding", "degraded", ("index_rebuilding",)),
        ("up", "down", "unknown", "degraded", ("redis_unavailable",)),
        ("down", "up", "unknown", "unavailable", ("postgres_unavailable",)),
        ("down", "down", "unknown", "unavailable", ("postgres_unavailable", "redis_unavailable")),
    ],
)
def test_only_postgres_is_indispensable(postgres, redis, index, status, degraded):
    lag = LoopLag().window()
    body = judge(Components(postgres=postgres, redis=redis, index=index), lag, is_draining=False)
    assert (body.status, body.degraded) == (status, degraded)


def test_nobody_is_to_be_sent_to_a_process_that_ends():
    up = Components(postgres="up", redis="up", index="up")
    body = judge(up, LoopLag().window(), is_draining=True)
    assert (body.status, body.degraded) == ("unavailable", ("draining",))
