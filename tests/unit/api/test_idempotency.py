"""When two requests are the same."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from service.api.idempotency import request_sha256
from service.wire.rest import CancelJobBody, PostJobBody

PLACE = {"lat_deg": 48.2, "lng_deg": 16.4, "address": "Graben 1"}
JOB = {"pickup": PLACE, "dropoff": PLACE, "fee_cents": 500, "reference": "A-1"}


def digest(body, *, path="/v1/jobs"):
    read = msgspec.json.decode(msgspec.json.encode(body), type=PostJobBody)
    return request_sha256(method="POST", path=path, body=read)


@given(st.permutations(sorted(JOB)))
def test_the_order_of_fields_does_not_count(names):
    assert digest({name: JOB[name] for name in names}) == digest(JOB)


def test_spelled_out_defaults_do_not_count():
    assert digest(JOB | {"requirements": [], "vehicles": None}) == digest(JOB)


def test_values_and_paths_count():
    other_body = request_sha256(
        method="POST", path="/v1/jobs", body=CancelJobBody(reason="address_error")
    )
    digests = {digest(JOB), digest(JOB | {"fee_cents": 501}), digest(JOB, path="/v2/jobs")}
    assert len(digests | {other_body}) == 4
