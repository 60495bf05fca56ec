"""What msgspec complains about is pointed to as RFC 6901 asks."""

import msgspec
import pytest

from service.api.bodies import pointer_of
from service.wire.rest import PostJobBody

PLACE = {"lat_deg": 1.0, "lng_deg": 1.0, "address": "A"}


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/pickup"),
        ({"pickup": PLACE}, "/dropoff"),
        ({"pickup": PLACE | {"floor": 1}, "dropoff": PLACE}, "/pickup/floor"),
        ({"pickup": PLACE | {"lat_deg": 91}, "dropoff": PLACE}, "/pickup/lat_deg"),
        ({"pickup": PLACE | {"contact": {}}, "dropoff": PLACE}, "/pickup/contact/name"),
        ({"pickup": PLACE, "dropoff": PLACE, "vehicles": ["car", 7]}, "/vehicles/1"),
        ([], ""),
    ],
)
def test_the_pointer_leads_to_the_value(body, pointer):
    with pytest.raises(msgspec.ValidationError) as caught:
        msgspec.json.decode(msgspec.json.encode(body), type=PostJobBody)
    assert pointer_of(str(caught.value)) == pointer
