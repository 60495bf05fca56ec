"""When clients come back, and when they do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.client.backoff import (
    DELAY_S_MAX,
    RETRY_AFTER_S_MAX,
    Next,
    after_close,
    delay_s,
    retry_delay_s,
)
from service.wire.close_codes import CloseCode


@pytest.mark.parametrize(
    "code", [CloseCode.REPLACED, CloseCode.FORBIDDEN, CloseCode.MALFORMED, 1009]
)
def test_a_client_stays_away_when_coming_back_would_change_nothing(code: CloseCode) -> None:
    assert after_close(code) is Next.STAY_AWAY


@pytest.mark.parametrize(
    "code", [None, 1006, *(set(CloseCode) - {4400, CloseCode.FORBIDDEN, CloseCode.REPLACED})]
)
def test_a_client_comes_back_after_everything_else(code: int | None) -> None:
    assert after_close(code) is Next.COME_BACK


def test_the_pause_doubles_with_each_failure() -> None:
    assert [delay_s(count, jitter=1.0) for count in (1, 2, 3)] == pytest.approx([0.1, 0.2, 0.4])


def test_those_that_were_cut_off_together_do_not_come_back_together() -> None:
    pauses_s = [delay_s(3, jitter=jitter) for jitter in (0.0, 0.5, 1.0)]
    assert pauses_s == pytest.approx([0.2, 0.3, 0.4])


@given(st.integers(1, 10_000), st.floats(0.0, 1.0))
def test_a_pause_is_never_long_and_never_nothing(failures_count: int, jitter: float) -> None:
    assert 0.05 <= delay_s(failures_count, jitter=jitter) <= DELAY_S_MAX


@pytest.mark.parametrize("status", [400, 401, 404, 409, 410, 422])
def test_an_answer_about_the_request_is_final(status: int) -> None:
    assert retry_delay_s(status, {"retry-after": "1"}, tries_count=1, jitter=0.5) is None


def test_the_server_says_how_long_to_wait() -> None:
    assert retry_delay_s(503, {"retry-after": "2"}, tries_count=1, jitter=0.5) == 2.0


def test_nobody_is_made_to_wait_for_ever() -> None:
    headers = {"retry-after": "86400"}
    assert retry_delay_s(503, headers, tries_count=1, jitter=0.5) == RETRY_AFTER_S_MAX


def test_a_date_to_wait_for_is_not_understood_and_does_no_harm() -> None:
    headers = {"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT"}
    assert retry_delay_s(429, headers, tries_count=1, jitter=1.0) == pytest.approx(0.1)
