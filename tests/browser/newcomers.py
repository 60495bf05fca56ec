"""People who join a demo that runs, as its owner lets them in: with keys, by the shell's action."""

from service.actions.enroll import enroll
from service.embedded.postgres import postgres_url
from service.embedded.valkey import valkey_url
from service.runtime import open_runtime
from service.settings import Settings
from service.simulation.run.demo import MARKET_ID


async def let_in(demo, *entries):
    """Enroll people in the demo's market; return their keys in order."""
    sockets = demo.state_dir / "sockets"
    settings = Settings(database_url=postgres_url(sockets), redis_url=valkey_url(sockets))
    async with open_runtime(settings) as runtime:
        return await enroll(runtime, market_id=MARKET_ID, entries=entries)
