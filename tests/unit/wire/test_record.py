"""The record of a large market is encoded in pieces, and reads like any other JSON."""

from datetime import timedelta
from uuid import UUID

import msgspec
import pytest

from service.wire.record import PastPosition, RecordBody, encode_record
from tests.unit.api.test_past_ticks import SUMMARY
from tests.unit.domain.makers import NOW


def place(number):
    return PastPosition(courier_id=UUID(int=number), at=NOW, lat_deg=48.2, lng_deg=16.3)


def tick(number):
    return {
        "at": NOW + timedelta(seconds=number),
        "tick": SUMMARY,
        "jobs": [],
        "couriers": [place(number)],
    }


@pytest.mark.parametrize("count", [0, 1, 499, 500, 501, 1_200])
def test_pieces_make_the_same_as_the_whole(count):
    ticks = [tick(number) for number in range(min(count, 3))]
    body = msgspec.convert(
        {
            "from_at": NOW,
            "to_at": NOW + timedelta(minutes=2),
            "ticks": msgspec.to_builtins(ticks),
            "offers": [],
            "positions": [msgspec.to_builtins(place(number)) for number in range(count)],
            "is_cut": count > 500,
        },
        RecordBody,
        strict=False,
    )
    assert encode_record(body) == msgspec.json.encode(body)
