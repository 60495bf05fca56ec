"""What ops do by hand is done once, also when the answer was lost and it is said again."""

import pytest

from tests.integration.api.acts import WHY
from tests.integration.api.talk import on_duty
from tests.integration.api.test_job_walk import offered, taken

pytestmark = pytest.mark.usefixtures("relay")


async def entries_count(ops, action):
    answer = await ops.get("/v1/ops/audit", params={"action": action, "limit": 100})
    return len(answer.json()["entries"])


async def test_a_job_is_taken_from_nobody_who_got_it_since(runtime, address, keys, ids, post, ops):
    job = await post()
    path, first = f"/v1/ops/jobs/{job['id']}/reassignment", WHY | {"attempt": 1}
    async with (
        on_duty(runtime, address, keys[1]) as anna,
        on_duty(runtime, address, keys[2]) as ben,
    ):
        await taken(anna, await offered(anna, ops, job, ids[0]))
        assert (await ops.post(path, json=first)).json()["attempt"] == 2
        await taken(ben, await offered(ben, ops, job, ids[1]))
        again = await ops.post(path, json=first)
        assert (again.status_code, again.json()["courier_id"]) == (200, str(ids[1]))
        assert await entries_count(ops, "reassign_job") == 1
        second = await ops.post(path, json=WHY | {"attempt": 2})
        assert (second.json()["attempt"], second.json()["courier_id"]) == (3, None)


async def test_an_offer_by_hand_that_waits_is_not_made_twice(
    runtime, address, keys, ids, post, ops
):
    job = await post()
    path = f"/v1/ops/jobs/{job['id']}/assignment"
    async with on_duty(runtime, address, keys[1]) as anna:
        made = await offered(anna, ops, job, ids[0])
        again = await ops.post(path, json={"courier_id": str(ids[0])})
        assert (again.status_code, again.json()["id"]) == (201, made["offer_id"])
        assert await entries_count(ops, "assign_job") == 1
        await taken(anna, made)
