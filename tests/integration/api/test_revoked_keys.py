"""Keys that are revoked while their sockets are open."""

import msgspec

from service.api import fanout
from service.domain.errors import UnavailableError
from service.store import credentials
from tests.integration.api.conftest import running_api
from tests.integration.api.talk import resumed


async def test_a_revoked_key_loses_its_open_sockets(runtime, market, keys):
    async with (
        running_api(checking_always(runtime)) as address,
        resumed(address, "/v1/courier", keys[1]) as revoked,
        resumed(address, "/v1/courier", keys[2]) as other,
    ):
        async with runtime.pool.connection() as conn:
            await credentials.revoke_credential(conn, credential_id=keys[1].credential_id)
        assert await revoked.close_code() == 4401
        await other.say("set_status", ref="s", status="paused")
        await other.hear("refused", ref="s")


async def test_a_check_of_keys_that_failed_is_made_again_before_the_next_is_due(
    runtime, keys, monkeypatch
):
    real_s, list_ended, checks = fanout.monotonic_s, credentials.list_ended, []

    async def fail_at_first(conn, **asked):
        checks.append(asked)
        if len(checks) == 1:
            raise UnavailableError("the database is not available")
        return await list_ended(conn, **asked)

    monkeypatch.setattr(fanout.credentials, "list_ended", fail_at_first)
    async with running_api(runtime) as address, resumed(address, "/v1/courier", keys[1]) as talk:
        async with runtime.pool.connection() as conn:
            await credentials.revoke_credential(conn, credential_id=keys[1].credential_id)
        later_s = runtime.settings.credentials_check_s
        monkeypatch.setattr(fanout, "monotonic_s", lambda: real_s() + later_s)
        assert await talk.close_code() == 4401
    assert len(checks) == 2


def checking_always(runtime):
    settings = msgspec.structs.replace(runtime.settings, credentials_check_s=0.0)
    return msgspec.structs.replace(runtime, settings=settings)
