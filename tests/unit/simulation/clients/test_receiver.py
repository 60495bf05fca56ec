"""A simulated server takes what is signed for it, and nothing else."""

import pytest

from service.domain.webhook_signature import Secret, secret_text, signed_headers
from service.simulation.clients.receiver import is_signed

SECRET, OTHER = Secret(value=bytes(range(32))), Secret(value=bytes(32))
BODY = b'{"id":"evt_1"}'


def headers(*secrets):
    return signed_headers(secrets, event_id="evt_1", timestamp_s=1_614_265_330, body=BODY)


@pytest.mark.parametrize(
    ("told", "body", "is_good"),
    [
        (headers(SECRET), BODY, True),
        (headers(OTHER, SECRET), BODY, True),
        (headers(OTHER), BODY, False),
        (headers(SECRET), BODY + b" ", False),
        (headers(SECRET) | {"webhook-id": "evt_2"}, BODY, False),
        ({}, BODY, False),
    ],
)
def test_what_is_signed_with_ones_secret_is_genuine(told, body, is_good) -> None:
    assert is_signed(told, body, secret=secret_text(SECRET)) is is_good
