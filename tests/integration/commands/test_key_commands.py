"""A way back from the shell for a merchant whose keys are bound to a network that is gone."""

import pytest


async def allowed_from(conn, key):
    query = "SELECT allowed_from FROM credential WHERE id = $1"
    return await conn.fetchval(query, key.credential_id)


async def told(conn):
    query = "SELECT actor, principal_id, before, after FROM audit_entry WHERE action = $1"
    return [tuple(row) for row in await conn.fetch(query, "restrict_key")]


async def test_a_key_is_bound_to_another_network_or_to_none(hexhaul, apart, keys, conn):
    key = keys[0]
    words = ("key", "allow", key.credential_id)
    done = await apart(hexhaul, *words, "192.0.2.0/24", "2001:db8::1")
    assert done.exit_code == 0, done.output
    assert await allowed_from(conn, key) == ["192.0.2.0/24", "2001:db8::1/128"]
    for _ in range(2):  # again changes nothing
        done = await apart(hexhaul, *words)
        assert "anywhere" in done.output
    assert await allowed_from(conn, key) == []
    networks = '{"allowed_from":"192.0.2.0/24 2001:db8::1/128"}'
    nowhere = '{"allowed_from":""}'
    assert await told(conn) == [("ops", None, nowhere, networks), ("ops", None, networks, nowhere)]


@pytest.mark.parametrize("number", [1, -1, None])
async def test_only_a_merchants_key_is_bound(hexhaul, apart, keys, conn, number):
    key_id = "00000000" if number is None else keys[number].credential_id
    refused = await apart(hexhaul, "key", "allow", key_id, "192.0.2.0/24")
    assert (refused.exit_code, "no merchant" in refused.output) == (1, True)
    assert await told(conn) == []


async def test_what_is_no_network_is_refused(hexhaul, apart, keys, conn):
    refused = await apart(hexhaul, "key", "allow", keys[0].credential_id, "office")
    assert (refused.exit_code, "not a network" in refused.output) == (1, True)
    assert await allowed_from(conn, keys[0]) == []
