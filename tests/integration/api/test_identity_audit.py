"""What becomes of keys, accounts and log-ins of operators is in the audit log."""

import pytest

from service.actions.operator_accounts import add_operator, disable_operator, reset_password
from service.actions.operator_roles import change_role
from service.domain.vocabulary import OperatorRole
from tests.integration.api.test_audit_log import entries_of
from tests.plain_http import PlainClient

KEY = {"name": "shop", "scopes": ["jobs:write", "jobs:read"]}


async def test_a_merchants_keys_are_told_from_birth_to_end(merchant, ops):
    issued = (await merchant.post("/v1/keys", json=KEY)).json()["issued"]
    for _ in range(2):  # the second time changes nothing
        await merchant.post(f"/v1/keys/{issued['id']}/revocation")
    created, revoked = await entries_of(ops, subject=f"key:{issued['id']}")
    assert (created["action"], revoked["action"]) == ("create_key", "revoke_key")
    assert created["after"]["scopes"] == "jobs:read jobs:write"
    assert {entry["actor"] for entry in (created, revoked)} == {"merchant"}


@pytest.fixture
async def password(runtime, market):
    return await add_operator(
        runtime, market_id=market, name="Olga", role=OperatorRole.VIEWER, login="olga"
    )


async def test_accounts_are_told_from_birth_to_end(runtime, ops, password):
    await change_role(runtime, login="olga", role=OperatorRole.FINANCE)
    await reset_password(runtime, login="olga")
    await disable_operator(runtime, login="olga")
    (added,) = await entries_of(ops, action="add_operator")
    told = await entries_of(ops, subject=added["subject"])
    assert [(entry["action"], entry["before"], entry["after"]) for entry in told] == [
        ("add_operator", {}, {"role": "viewer"}),
        ("change_role", {"role": "viewer"}, {"role": "finance"}),
        ("reset_password", {}, {}),
        ("disable_operator", {}, {}),
    ]
    assert {(entry["actor"], entry["principal_id"]) for entry in told} == {("ops", None)}


async def test_a_log_in_is_told_with_where_it_came_from(address, ops, password):
    body = {"login": "olga", "password": password}
    async with PlainClient(base_url=f"http://{address}") as http:
        for tried in (body, body | {"password": "wrong"}):
            await http.post("/v1/ops/session/password", json=tried)
    (entry,) = await entries_of(ops, action="log_in")
    assert entry["subject"] == f"operator:{entry['principal_id']}"
    assert entry["client_address"] == "127.0.0.1"
    assert len(entry["credential_id"]) == 8
