"""How failed log-ins are counted: by a token that is taken before, and given back unless it failed.

So those who try at once do not all get through before the first of them has failed.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from service.api.rates import RateClass, Rates
from service.domain.errors import DomainError, UnauthenticatedError


@asynccontextmanager
async def counted(rates: Rates, *counters: tuple[RateClass, str]) -> AsyncGenerator[None]:
    """Count what is done inside as a failed log-in of each of them if it is refused as one.

    What goes wrong otherwise does not count: a server that is away says nothing of who asks. Who
    leaves before the answer has failed.

    Raises:
        RateLimitedError: one of them has failed too often.
    """
    for class_, who in counters:
        await rates.check(class_, who)
    try:
        yield
    except UnauthenticatedError:
        raise
    except DomainError:
        await _give_back(rates, counters)
        raise
    await _give_back(rates, counters)


async def _give_back(rates: Rates, counters: tuple[tuple[RateClass, str], ...]) -> None:
    for class_, who in counters:
        await rates.give_back(class_, who)
