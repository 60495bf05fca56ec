"""How late the event loop is, from samples and from a loop that is blocked in earnest."""

import asyncio
import time

from service.clock import monotonic_s
from service.loop_lag import SAMPLES_COUNT_MAX, Lag, LoopLag

PATIENCE_S = 5.0


def test_without_samples_nothing_is_known():
    assert LoopLag().window() == Lag(p50_ms=None, p99_ms=None, max_ms=None)
    assert LoopLag().max_ms(since_s=0.0) is None


def test_a_window_tells_the_median_the_last_hundredth_and_the_worst():
    lag = LoopLag()
    for number in range(200):
        lag.note(number / 1_000.0, at_s=float(number))
    assert lag.window() == Lag(p50_ms=100.0, p99_ms=198.0, max_ms=199.0)


def test_the_worst_since_an_instant_leaves_out_what_was_before():
    lag = LoopLag()
    for at_s, lag_s in ((1.0, 0.9), (2.0, 0.1), (3.0, 0.2)):
        lag.note(lag_s, at_s=at_s)
    assert lag.max_ms(since_s=1.0) == 200.0
    assert lag.max_ms(since_s=0.0) == 900.0
    assert lag.max_ms(since_s=3.0) is None


def test_the_mean_since_an_instant_leaves_out_what_was_before():
    lag = LoopLag()
    for at_s, lag_s in ((1.0, 0.9), (2.0, 0.1), (3.0, 0.2)):
        lag.note(lag_s, at_s=at_s)
    assert lag.mean_ms(since_s=1.0) == 150.0
    assert lag.mean_ms(since_s=3.0) is None


def test_the_oldest_samples_go_and_a_clock_that_is_early_is_no_lag():
    lag = LoopLag()
    lag.note(9.0, at_s=0.0)
    for number in range(SAMPLES_COUNT_MAX):
        lag.note(-0.001, at_s=float(number))
    assert lag.window().max_ms == 0.0


async def test_a_call_that_blocks_the_loop_is_seen():
    lag = LoopLag()
    sampling = asyncio.create_task(lag.run())
    await asyncio.sleep(0)  # the sampler has begun its first short sleep
    time.sleep(0.2)  # noqa: ASYNC251  # the blocking call that this is about
    until_s = monotonic_s() + PATIENCE_S
    while lag.window().max_ms is None:
        assert monotonic_s() < until_s
        await asyncio.sleep(0.001)
    sampling.cancel()
    assert lag.window().max_ms >= 150.0
    assert lag.max_ms(since_s=0.0) == lag.window().max_ms
