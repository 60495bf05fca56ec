"""The REST interface does what its own document says, whatever it is asked: schemathesis."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from service.actions.set_status import Online, set_status
from service.api.errors import STATUS_OF_CODE
from service.domain.ids import ExceptionId
from service.domain.load import Load
from service.domain.vocabulary import Actor, ExceptionKind, Severity, Vehicle
from service.store import exceptions
from tests.integration.api.acts import extend
from tests.integration.api.conftest import JOB
from tests.plain_http import PlainClient

EXAMPLES_COUNT = 15  # per operation and kind of data
ENDPOINTS = "/v1/webhook-endpoints"
ENDPOINT = {"url": "https://example.com/hooks"}
# These succeed only after a dispatcher, or a courier under way.
OUT_OF_REACH = {
    "GET /v1/ops/offers/{offer_id}/decision",
    "POST /v1/ops/jobs/{job_id}/reassignment",
    "POST /v1/ops/jobs/{job_id}/failure",
    "POST /v1/ops/jobs/{job_id}/stops/{stop_id}/arrival",
    "POST /v1/ops/jobs/{job_id}/stops/{stop_id}/completion",
    "POST /v1/ops/jobs/{job_id}/adjustments",
    # These with what another has proposed.
    "POST /v1/ops/adjustments/{adjustment_id}/approval",
    "POST /v1/ops/adjustments/{adjustment_id}/refusal",
    "POST /v1/ops/operators/{operator_id}/role-changes",
    "POST /v1/ops/role-changes/{change_id}/approval",
    "POST /v1/ops/role-changes/{change_id}/refusal",
    "POST /v1/tracking/{token}/rating",
    "PUT /v1/courier/stops/{stop_id}/proofs/{proof_id}",
    "GET /v1/jobs/{job_id}/proofs/{proof_id}/content",
    "GET /v1/ops/jobs/{job_id}/proofs/{proof_id}/content",
    # These with a job that a courier has.
    "POST /v1/jobs/{job_id}/messages",
    "POST /v1/ops/jobs/{job_id}/messages",
    # And these with what a log-in has given.
    "POST /v1/courier/session/refresh",
    "DELETE /v1/courier/session",
    "POST /v1/ops/session/password",
    "POST /v1/ops/session/issuer/attempts",
    "POST /v1/ops/session/issuer",
    "DELETE /v1/ops/session",
}


def problem_is_known(_, response, case):
    """Check that a refusal has a code of the list, and that code's status."""
    if response.status_code >= 400:
        problem = response.json()
        assert STATUS_OF_CODE.get(problem["code"]) == response.status_code, problem


def valid_data_is_understood(_, response, case):
    """Check that what the document allows is refused for its meaning only."""
    if response.status_code == 400:
        problem = response.json()
        # To JSON Schema 4237.0 and -0.0 are integers like others; a decoder that is strict differs.
        # And of a header that need not be there the document tells no pattern.
        spellings = ("Expected `int`", "Expected `int | null`", "device_key: Expected `str`")
        is_spelling = problem["detail"].startswith(spellings)
        is_meaning = problem["detail"] in MEANINGS
        assert problem["code"] != "invalid_params" or is_spelling or is_meaning, problem


# What a schema cannot say of a value.
MEANINGS = {
    "a code is given and none is asked for",
    "the stop asks for no such proof",
    "cursor: not one of this list",
    "a deadline is at most 7200 s later than the promise",
    "a suspension ends within 366 days",
    "say either a text or a quick_reply",
    "not a reason to cancel",
    "the deadline is too far after the ready time",
    "the search radius begins above its maximum",
    "detour_weight is above pickup_wait_weight: parcels would wait rather than ride",
    "url: must be https, on port 443, of a public host",
    "to: after from, and both in this century or the next",
    "to: 366 days after from at most",
    "to: 24 hours after from at most",
    "to: 15 minutes after from at most",
    "not a network such as 192.0.2.0/24 or 2001:db8::/48",
    "the device's key is no uncompressed point of P-256",
}

PERIOD = {"from": "2026-11-01T00:00:00Z", "to": "2026-12-01T00:00:00Z"}
DAY = {"from": "2026-11-01T00:00:00Z", "to": "2026-11-02T00:00:00Z"}
PERIOD_OF = {
    "getStatement": PERIOD,
    "getStatementCsv": PERIOD,
    "getCourierStatement": PERIOD,
    "getCourierStatementCsv": PERIOD,
    "getAcceptanceFigures": DAY,
    "getPickupFigures": DAY,
    "getPunctualityFigures": DAY,
    "getJobFigures": DAY,
    "getSupplyFigures": DAY,
    "getEarningsFigures": DAY,
    "getRecord": {"from": "2026-11-01T00:00:00Z", "to": "2026-11-01T00:10:00Z"},
}

CHECKS = [
    not_a_server_error,
    problem_is_known,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
CHECKS_OF_MODE = {
    GenerationMode.POSITIVE: [*CHECKS, valid_data_is_understood],
    GenerationMode.NEGATIVE: [*CHECKS, checks.negative_data_rejection],
}


@pytest.fixture
async def operations(address):
    """The operations of the document that the server shows; keys are not part of the fuzzing."""
    async with PlainClient(base_url=f"http://{address}") as client:
        document = (await client.get("/schema/openapi.json")).json()
    schema = schemathesis.openapi.from_dict(document)
    schema.config.generation.update(with_security_parameters=False)
    return [result.ok() for result in schema.get_all_operations()]


@pytest.fixture
def go_online(runtime, market):
    """Put a courier on duty."""

    async def go(courier_id):
        duty = Online(
            vehicle=Vehicle.BIKE,
            capacity=Load(16_000, 60, 3),
            shift_ends_at=runtime.clock.now() + timedelta(hours=4),
        )
        await set_status(
            runtime, courier_id=courier_id, market_id=market, duty=duty, actor=Actor.COURIER
        )

    return go


@pytest.fixture
async def courier_id(go_online, ids):
    """A courier who may be offered something."""
    await go_online(ids[0])
    return ids[0]


@pytest.fixture
def spare_key_id(merchant):
    """Return the id of a key that works and that nothing else is asked with."""

    async def find():
        body = {"name": "spare", "scopes": ["jobs:read"]}
        for key in (await merchant.get("/v1/keys")).json()["keys"]:
            if key["revoked_at"] is None and key["name"] == body["name"]:
                return key["id"]
        return (await merchant.post("/v1/keys", json=body)).json()["issued"]["id"]

    return find


@pytest.fixture
def known(runtime, market, ops, merchant, post, ids, go_online, courier_id, spare_key_id):
    """Make path parameters and bodies that lead somewhere, which random ones hardly ever do."""

    async def make():
        await ops.put("/v1/ops/market/pause", json={"is_paused": False})
        await ops.post(f"/v1/ops/couriers/{ids[1]}/reinstatement")
        await go_online(ids[1])  # who is taken off duty by one request after the other
        version = (await ops.get("/v1/ops/market/policy")).json()["version"]
        default = {"based_on_version": version, "policy": {}}
        version = (await ops.put("/v1/ops/market/policy", json=default)).json()["version"]
        job = await post()
        act = await extend(ops, job, later_s=600)
        exception_id = ExceptionId(uuid4())
        async with runtime.pool.connection() as conn:
            await exceptions.open_exception(
                conn,
                exception_id=exception_id,
                market_id=market,
                kind=ExceptionKind.NO_COURIER,
                severity=Severity.WARNING,
                job_id=job["id"],
                courier_id=None,
                merchant_id=None,
                endpoint_id=None,
                opened_at=runtime.clock.now(),
                due_at=None,
            )
        endpoint = await _endpoint(merchant)
        tested = await merchant.post(f"{ENDPOINTS}/{endpoint}/test")
        return {
            "path_parameters": {
                "endpoint_id": endpoint,
                "delivery_id": tested.json()["id"],
                "courier_id": str(ids[1]),
                "job_id": job["id"],
                "exception_id": str(exception_id),
                "offer_id": str(uuid4()),
                "key_id": await spare_key_id(),
                "token": job["tracking_token"],
                "request_id": act.headers["X-Request-Id"],
                "stop_id": job["stops"][0]["id"],
                "proof_id": str(uuid4()),
                "adjustment_id": str(uuid4()),
                "operator_id": str(uuid4()),
                "change_id": str(uuid4()),
            },
            "bodies": {
                "postJob": JOB,
                "restrictKey": {"allowed_from": ["192.0.2.0/24"]},
                "createWebhookEndpoint": ENDPOINT,
                "changeWebhookEndpoint": ENDPOINT | {"is_enabled": True},
                "assignJob": {"courier_id": str(courier_id)},
                "extendDeadline": {"deadline_at": job["due_at"], "reason": "technical_issue"},
                "waiveProof": {"waived_proofs": [], "reason": "device_broken"},
                "setCourierStatus": {"status": "paused", "reason": "courier_issue"},
                "suspendCourier": {"reason": "under_review"},
                "changePolicy": {"based_on_version": version, "policy": {"tick_s": 2.0}},
            },
        }

    return make


async def _endpoint(merchant):
    """Make room for one endpoint more, and fill it; return its id."""
    for endpoint in (await merchant.get(ENDPOINTS)).json()["endpoints"]:
        assert (await merchant.delete(f"{ENDPOINTS}/{endpoint['id']}")).status_code == 204
    created = await merchant.post(
        ENDPOINTS, json=ENDPOINT, headers={"Idempotency-Key": str(uuid4())}
    )
    return created.json()["endpoint"]["id"]


def cases_of(operation, known, *, mode):
    """Return a strategy for requests: random ones, and such that lead somewhere."""
    names = [parameter.name for parameter in operation.path_parameters]
    leading = {"path_parameters": {name: known["path_parameters"][name] for name in names}}
    cases = operation.as_strategy(mode) | operation.as_strategy(mode, **leading)
    operation_id = operation.definition.raw["operationId"]
    if operation_id in PERIOD_OF:
        return cases | operation.as_strategy(mode, query=PERIOD_OF[operation_id])
    body = known["bodies"].get(operation_id)
    if body is None or mode is GenerationMode.NEGATIVE:
        return cases
    return cases | operation.as_strategy(mode, **leading, body=body)


def examine(address, cases, *, key, checks, examples_count=EXAMPLES_COUNT):
    """Send the requests and check the answers; return the statuses of the answers."""
    headers = {} if key is None else {"Authorization": f"Bearer {key.text}"}
    statuses = set()

    @settings(
        max_examples=examples_count,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(cases)
    def run(case):
        response = case.call(base_url=f"http://{address}", headers=headers)
        statuses.add(response.status_code)
        case.validate_response(response, checks=checks)

    run()
    return statuses


@pytest.fixture
def key_of(keys):
    """The key that opens the operations with this tag."""
    return {
        "merchant": keys[0],
        "courier": keys[1],
        "ops": keys[-1],
        "public": None,
        "recipient": None,
    }


async def test_valid_requests_are_answered_as_documented(address, operations, key_of, known):
    statuses = {
        operation.label: await asyncio.to_thread(
            examine,
            address,
            cases_of(operation, await known(), mode=GenerationMode.POSITIVE),
            key=key_of[operation.tags[0]],
            checks=CHECKS_OF_MODE[GenerationMode.POSITIVE],
        )
        for operation in operations
    }
    for label, seen in statuses.items():
        assert seen & {200, 201, 202, 204} or label in OUT_OF_REACH, label


async def test_invalid_requests_are_refused_as_documented(address, operations, key_of, known):
    for operation in operations:
        if not (list(operation.iter_parameters()) or list(operation.body)):
            continue  # nothing can be wrong with it
        await asyncio.to_thread(
            examine,
            address,
            cases_of(operation, await known(), mode=GenerationMode.NEGATIVE),
            key=key_of[operation.tags[0]],
            checks=CHECKS_OF_MODE[GenerationMode.NEGATIVE],
        )


async def test_without_the_right_key_nothing_else_is_looked_at(
    address, operations, key_of, known, keys
):
    for operation in operations:
        owner = operation.tags[0]
        if owner in ("public", "recipient"):
            continue  # they need none, or have it in the path
        stranger = key_of["ops" if owner != "ops" else "merchant"]
        cases = operation.as_strategy(GenerationMode.POSITIVE)
        for key, status in ((None, 401), (stranger, 403)):
            seen = await asyncio.to_thread(
                examine, address, cases, key=key, checks=CHECKS, examples_count=3
            )
            assert seen == {status}, operation.label
