"""Whether our keys are those with which endpoints' secrets were made: by others nothing is told."""

import structlog

from service.domain.webhook_signature import read_keys
from service.runtime import Runtime
from service.settings import UnfitError
from service.store import webhook_secrets

log = structlog.get_logger()


async def check_webhook_keys(runtime: Runtime) -> None:
    """Check that the keys fit what is there; of one that is gone say so, and tell the others.

    Raises:
        UnfitError: no endpoint's secret was made with any of them.
    """
    known = read_keys(runtime.settings.webhook_keys).keys()
    needed = {used.key_id for used in await runtime.attempt(webhook_secrets.list_key_ids)}
    if needed and needed.isdisjoint(known):
        raise UnfitError("webhook_keys has none of those with which endpoints' secrets were made")
    if gone := needed - known:
        log.warning("webhook_keys_gone", key_ids=sorted(gone))
