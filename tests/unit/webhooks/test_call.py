"""How long an answer asks to wait."""

from datetime import UTC, datetime

import pytest

from service.webhooks.call import Call, retry_after_s

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
        ("Sun, 22 Nov 99999999999999999999 08:02:00 GMT", None),
        ("Sun, 22 Nov 2026 08:02:00 +99999999999999999999", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header, seconds):
    assert retry_after_s(header, now=NOW) == seconds


def test_a_call_does_not_show_what_it_bears():
    call = Call(
        url="https://shop.example/hooks?key=abc",
        headers={"webhook-signature": "v1,abc"},
        body=b"abc",
        sent_at=NOW,
    )
    assert "abc" not in repr(call)
