"""When a process that ended is started again."""

from hypothesis import given
from hypothesis import strategies as st

from service.processes import (
    RESTART_DELAY_S_MAX,
    RESTART_DELAY_S_MIN,
    restart_delay_s,
)


def test_the_delay_starts_short_and_doubles_up_to_its_limit() -> None:
    delays_s = [restart_delay_s(count) for count in range(1, 8)]
    assert delays_s == [0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0]


@given(st.integers(1, 10_000))
def test_the_delay_is_always_between_its_limits(quick_ends_count) -> None:
    assert RESTART_DELAY_S_MIN <= restart_delay_s(quick_ends_count) <= RESTART_DELAY_S_MAX
