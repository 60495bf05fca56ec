"""Whom to call about a job: told to who decides, while it is under way; each look is on record."""

import pytest

from service.actions.enroll import OperatorEntry, enroll
from service.domain.vocabulary import OperatorRole
from tests.integration.api.acts import last_entry
from tests.integration.api.conftest import JOB, client_of
from tests.integration.api.test_looks import looks_of
from tests.integration.api.test_rest import check_problem


def path_of(job):
    return f"/v1/ops/jobs/{job['id']}/contacts"


async def test_who_decides_reads_whom_to_call_and_is_in_the_audit_log(ops, post):
    job = await post()
    for _ in range(2):
        answer = await ops.get(path_of(job))
        assert answer.status_code == 200, answer.text
    pickup, dropoff = answer.json()["stops"]
    assert (pickup["kind"], pickup["address"]) == ("pickup", JOB["pickup"]["address"])
    assert (pickup["contact_name"], pickup["contact_phone"]) == (None, None)
    assert (dropoff["contact_name"], dropoff["contact_phone"]) == ("Max", "+4315331234")
    assert (dropoff["instructions"], dropoff["safe_place"]) == ("ring twice", None)
    (entry,) = await looks_of(ops, "look_at_contacts")
    assert (entry["subject"], entry["after"]["job_id"]) == (f"contacts:{job['id']}", job["id"])


async def test_when_a_job_is_over_nobody_is_to_be_called(ops, post):
    job = await post()
    over = {"reason": "duplicate_job"}
    assert (await ops.post(f"/v1/ops/jobs/{job['id']}/cancellation", json=over)).status_code == 200
    check_problem(await ops.get(path_of(job)), 409, "invalid_state_transition")
    assert (await last_entry(ops))["action"] == "cancel_job"  # nothing was looked at


@pytest.mark.parametrize("role", [OperatorRole.VIEWER, OperatorRole.FINANCE])
async def test_who_decides_nothing_calls_nobody(runtime, address, market, ops, post, role):
    job = await post()
    (key,) = await enroll(
        runtime, market_id=market, entries=[OperatorEntry(name="Vera", role=role)]
    )
    async with client_of(address, key) as looking:
        check_problem(await looking.get(path_of(job)), 403, "forbidden")
        row = (await looking.get(f"/v1/ops/jobs/{job['id']}")).json()
    assert row["merchant_name"] == "Bakery Strobl"  # whose job it is, everybody may know
    assert await looks_of(ops, "look_at_contacts") == []
