"""How long an answer asks to wait."""

from datetime import UTC, datetime

import pytest

from service.relay.webhooks.call import retry_after_s

NOW = datetime(2026, 11, 22, 8, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120.0),
        (" 0 ", 0.0),
        ("Sun, 22 Nov 2026 08:02:00 GMT", 120.0),
        ("Sun, 22 Nov 2026 07:00:00 GMT", 0.0),  # past
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("٣", None),  # a digit of another alphabet
        ("9" * 400, None),
        ("Sun, 99 Nov 2026 08:02:00 GMT", None),
        ("Sun, 22 Nov 2026 08:02:00 -0000", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header, seconds):
    assert retry_after_s(header, now=NOW) == seconds
