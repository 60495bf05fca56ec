"""Which pages may open a socket."""

import pytest

from service.api.admission import is_origin_allowed

FRIENDS = ["https://console.example"]


@pytest.mark.parametrize(
    ("origin", "is_allowed"),
    [
        (None, True),  # no browser
        ("http://api.example:8000", True),
        ("https://api.example:8000", True),
        ("https://console.example", True),
        ("http://console.example", False),
        ("http://api.example", False),
        ("http://api.example:8000.evil.example", False),
        ("https://evil.example", False),
        ("null", False),
        ("", False),
    ],
)
def test_only_our_own_pages_and_those_of_friends(origin, is_allowed):
    assert is_origin_allowed(origin, host="api.example:8000", origins_allowed=FRIENDS) is is_allowed
