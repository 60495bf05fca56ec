"""When two requests are the same."""

from types import SimpleNamespace
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.api.idempotency import once_of
from service.domain.errors import IdempotencyMismatchError
from service.wire.rest import CancelJobBody, PlaceBody, PostJobBody

PLACE = {"lat_deg": 48.2, "lng_deg": 16.4, "address": "Graben 1"}
JOB = {"pickup": PLACE, "dropoff": PLACE, "fee_cents": 500, "reference": "A-1"}
MERCHANT = SimpleNamespace(id=UUID(int=1))
# Of JOB: a process of another release, or of this one after the next change, must say the same.
JOB_SHA256 = "dba0997a1cf01358e754c9c7e123cab8adb072bdc548a8001afb7fde43eca16a"
JOB_SHA256_OF_BEFORE = "3267fddb8f7eedbc14f2f593d3f83f131438d6b8e839aaccbbdd18b22cc2bd5f"


class NextPlaceBody(PlaceBody, frozen=True):
    """As a later release may know it."""

    floor: int = 0


class NextPostJobBody(PostJobBody, frozen=True):
    pickup: NextPlaceBody
    is_fragile: bool = False
    boxes: list[str] = msgspec.field(default_factory=list)


def once(body, *, path="/v1/jobs", type_=PostJobBody):
    read = msgspec.json.decode(msgspec.json.encode(body), type=type_)
    return once_of(MERCHANT, "key", path=path, body=read)


def digest(body, **asked):
    return once(body, **asked).request_sha256


@given(st.permutations(sorted(JOB)))
def test_the_order_of_fields_does_not_count(names):
    assert digest({name: JOB[name] for name in names}) == digest(JOB)


def test_spelled_out_defaults_do_not_count():
    item = {"size_class": "medium", "weight_g": 1_000}
    assert digest(JOB | {"requirements": [], "vehicles": None, "item": item}) == digest(JOB)


def test_values_and_paths_count():
    other_body = digest({"reason": "address_error"}, type_=CancelJobBody)
    heavy = digest(JOB | {"item": {"weight_g": 1_001}})
    digests = {digest(JOB), digest(JOB | {"fee_cents": 501}), digest(JOB, path="/v2/jobs")}
    assert len(digests | {other_body, heavy}) == 5


def test_who_knows_more_fields_knows_the_request_again():
    assert digest(JOB, type_=NextPostJobBody) == digest(JOB)
    said = JOB | {"pickup": PLACE | {"floor": 3}}
    assert digest(said, type_=NextPostJobBody) != digest(JOB)


def test_a_request_is_known_again_by_every_release_from_this_one_on():
    assert digest(JOB).hex() == JOB_SHA256


def test_a_request_that_the_version_before_has_kept_is_known_again():
    asked = once(JOB)
    asked.check_same(bytes.fromhex(JOB_SHA256_OF_BEFORE))
    asked.check_same(asked.request_sha256)
    with pytest.raises(IdempotencyMismatchError):
        asked.check_same(digest(JOB | {"fee_cents": 501}))
