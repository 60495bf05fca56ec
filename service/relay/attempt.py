"""One item among others: what fails is logged, and the others go on."""

from collections.abc import Awaitable
from typing import TypeVar

import structlog

from service.domain.errors import UnavailableError

T = TypeVar("T")

log = structlog.get_logger()


async def attempt(task: str, item: object, work: Awaitable[T]) -> T | None:
    """Return what the work returns, or None when it failed; a bad item must not stop the rest.

    Raises:
        UnavailableError: a server is away, and the others would fail as well.
    """
    try:
        return await work
    except UnavailableError:
        raise
    except Exception as error:  # noqa: BLE001  # whatever is wrong with it, it is this item's
        log.warning("item_failed", task=task, item=str(item), error=repr(error))
        return None
