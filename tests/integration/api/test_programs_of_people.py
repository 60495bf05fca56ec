"""A program's proposal is its keeper's own: who has the key does not approve what it proposes."""

import pytest

from service.actions.authenticate import authenticate
from service.actions.enroll import OperatorEntry, enroll
from service.actions.operator_accounts import keep_program
from service.domain.errors import NotFoundError
from service.domain.vocabulary import OperatorRole
from tests.integration.api.conftest import client_of
from tests.integration.api.test_audit_log import entries_of
from tests.integration.api.test_four_eyes import (
    ann as ann,
)
from tests.integration.api.test_four_eyes import (
    ben as ben,
)
from tests.integration.api.test_four_eyes import (
    by_hand,
    decide,
    propose_role,
    role,
)
from tests.integration.api.test_four_eyes import (
    fay as fay,
)
from tests.integration.api.test_four_eyes import (
    job_id as job_id,
)
from tests.integration.api.test_four_eyes import (
    propose as propose,
)
from tests.integration.api.test_rest import check_problem


@pytest.fixture
def enroll_program(runtime, market):
    """Enroll a program of admins'; return its key."""

    async def enroll_one(keeper):
        entry = OperatorEntry(name="Board", role=OperatorRole.ADMIN, keeper=keeper)
        (key,) = await enroll(runtime, market_id=market, entries=[entry])
        return key

    return enroll_one


@pytest.fixture
async def anns(address, ann, enroll_program, runtime):
    """A program of Ann's."""
    key = await enroll_program("ann")
    async with client_of(address, key) as http:
        principal = await authenticate(runtime, key_text=key.text)
        http.operator_id = str(principal.operator_id)
        yield http


async def test_who_keeps_a_program_does_not_approve_its_adjustments(conn, ann, ben, anns, propose):
    waiting = (await propose(by=anns)).json()
    assert (waiting["status"], waiting["proposed_by"]) == ("waiting", anns.operator_id)
    check_problem(await decide(ann, waiting["id"]), 403, "forbidden")
    assert await by_hand(conn) == []
    assert (await decide(ben, waiting["id"])).json()["status"] == "approved"
    assert await by_hand(conn) == [300]


async def test_who_keeps_a_program_does_not_approve_its_roles_nor_one_for_it(ann, ben, fay, anns):
    by_it = (await propose_role(anns, fay, "dispatcher")).json()
    for_it = (await propose_role(ben, anns, "finance")).json()
    for waiting in (by_it, for_it):
        refused = await decide(ann, waiting["id"], what="role-changes")
        check_problem(refused, 403, "forbidden")
    assert (await decide(ben, by_it["id"], what="role-changes")).status_code == 200
    assert await role(ann, fay.operator_id) == "dispatcher"
    assert (await decide(ann, for_it["id"], "refusal", what="role-changes")).status_code == 200


async def test_nobody_approves_what_a_program_of_nobody_proposes_until_it_is_kept(
    runtime, address, conn, ann, ben, ops, propose, enroll_program
):
    key = await enroll_program(None)
    async with client_of(address, key) as program:
        waiting = (await propose(by=program)).json()
    for anybody in (ann, ben):
        check_problem(await decide(anybody, waiting["id"]), 403, "forbidden")
    await keep_program(runtime, key_id=key.credential_id, login="ann")
    (kept,) = await entries_of(ops, action="keep_program")
    assert kept["after"] == {"keeper": f"operator:{ann.operator_id}"}
    check_problem(await decide(ann, waiting["id"]), 403, "forbidden")
    assert (await decide(ben, waiting["id"])).status_code == 200
    assert await by_hand(conn) == [300]


async def test_only_programs_have_keepers_and_only_people_are(runtime, market, ann, keys):
    merchants = keys[0].credential_id
    for key_id, login in ((merchants, "ann"), ("00000000", "ann"), (keys[-1].credential_id, "x")):
        with pytest.raises(NotFoundError):
            await keep_program(runtime, key_id=key_id, login=login)
    entry = OperatorEntry(name="Board", keeper="x")
    with pytest.raises(NotFoundError):
        await enroll(runtime, market_id=market, entries=[entry])
