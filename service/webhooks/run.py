"""The webhooks process: it calls the endpoints of all markets, as others of its kind do."""

import random
from functools import partial

from service.actions.check_webhook_keys import check_webhook_keys
from service.runtime import Runtime
from service.tasks import Stop
from service.webhooks.backlog import measure_backlog
from service.webhooks.call import Caller
from service.webhooks.resolve import Resolver
from service.webhooks.worker import Worker


async def run_webhooks(runtime: Runtime, stop: Stop) -> None:
    """Call endpoints until `stop` is set; what is under way then ends, unless it hurries.

    Raises:
        UnfitError: with our keys nothing can be signed.
    """
    await check_webhook_keys(runtime)
    runtime.scraping.before(partial(measure_backlog, runtime))
    resolver = Resolver(lookups_count_max=runtime.settings.webhook_calls_count_max)
    caller = Caller(runtime.settings, resolver.resolve)
    try:
        await Worker(runtime, caller, rng=random.Random()).run(stop)
    finally:
        await caller.close()
