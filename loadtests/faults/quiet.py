"""The end of a trial: everybody rests until all that was decided is told; then all go on."""

import asyncio
from contextlib import suppress

from loadtests.faults.rows import count_due_webhooks
from loadtests.faults.world import MARKET_ID, World
from loadtests.live.waiting import until
from service.client.rest import RefusedError, UnansweredError
from service.domain.errors import UnavailableError
from service.simulation.run.quiet import Look, wait_quiet
from service.store import streams
from service.wire.rest import PauseMarketBody

QUIET_S_MAX = 30.0
PAUSE_PATH = "/v1/ops/market/pause"


async def come_to_rest(world: World) -> tuple[Look, bool]:
    """Stop the market and let everybody rest; return the last look, and whether all was quiet.

    Raises:
        UnavailableError: Postgres or Redis stayed away.
    """
    await _pause(world, is_paused=True)
    for courier in world.crowd.couriers:
        courier.rest()
    is_told = await until(lambda: _is_told(world), s_max=QUIET_S_MAX)
    look = await wait_quiet(world.runtime, world.crowd, timeout_s=QUIET_S_MAX)
    return look, is_told and look.is_quiet


async def go_on(world: World) -> None:
    """Let the market and everybody in it work again."""
    for courier in world.crowd.couriers:
        courier.app.is_resting = False
    await _pause(world, is_paused=False)


async def _pause(world: World, *, is_paused: bool) -> None:
    with suppress(RefusedError, UnansweredError):  # then it only takes longer to be quiet
        await world.operator.send("PUT", PAUSE_PATH, PauseMarketBody(is_paused=is_paused))


async def _is_told(world: World) -> bool:
    """Whether no webhook is due, and every watcher is at the end of its stream."""
    try:
        async with world.runtime.pool.connection() as conn:
            due_count = await count_due_webhooks(conn, MARKET_ID)
            owners = sorted({watcher.owner for watcher in world.watchers})
            ends = await streams.list_last_seqs(conn, owners=owners)
    except UnavailableError:
        return False
    await asyncio.sleep(0.0)  # what has arrived is taken in
    last = {end.owner: end.last_seq for end in ends}
    return due_count == 0 and all(
        watcher.is_live and watcher.seq == last.get(watcher.owner, 0) for watcher in world.watchers
    )
