"""A market that is live: the whole service starts with the settings of its environment, again."""

import httpx
import pytest

from service.actions.create_market import MarketRequest, create_market
from service.clock import real_now
from service.domain.geo import Point
from service.domain.ids import MarketId
from service.domain.policy import Policy
from service.domain.sealing import new_chain
from service.key_file import write_new_key_file
from service.settings import UnfitForLiveError
from service.stack import Plan, running_stack

pytestmark = pytest.mark.acceptance

LIVE = MarketRequest(
    market_id=MarketId("vienna"),
    name="Vienna",
    currency="EUR",
    timezone="Europe/Vienna",
    center=Point(48.2082, 16.3738),
    service_radius_m=8_000.0,
    policy=Policy(),
    livemode=True,
)


async def create(runtime):
    return await create_market(runtime, LIVE)


async def test_it_is_served_again_with_its_keys_and_not_without(tmp_path, monkeypatch):
    plan = Plan(state_dir=tmp_path / "state", environment={"HEXHAUL_DRAIN_S": "0.3"})
    write_new_key_file(tmp_path / "keys", new_chain(real_now()))
    keys = {
        "HEXHAUL_WEBHOOK_KEYS": "ab" * 32,
        "HEXHAUL_RECIPIENT_KEYS": str(tmp_path / "keys"),
    }
    for name, value in keys.items():
        monkeypatch.setenv(name, value)
    for is_new in (True, False):
        async with running_stack(plan, create) as stack, httpx.AsyncClient() as http:
            assert stack.prepared is is_new
            ready = await http.get(f"{stack.url}/health/ready")
            assert ready.status_code == 200, ready.text
    for name in keys:
        with monkeypatch.context() as without:
            without.delenv(name)
            with pytest.raises(UnfitForLiveError, match=name.removeprefix("HEXHAUL_").lower()):
                async with running_stack(plan, create):
                    pass
