"""What operators look at is in the audit log before they see it.

Looks that come together share a transaction, and only one of a market is under way, so that who
acts by hand waits for one commit at most. The same look of the same operator is told again after
some minutes only, by each process.
"""

from collections import OrderedDict
from collections.abc import Iterable
from uuid import UUID

from service.actions.note_looks import note_looks
from service.api.market_batches import MarketBatches
from service.clock import monotonic_s
from service.domain.ids import MarketId
from service.domain.look import Look
from service.runtime import Runtime

TOLD_S = 600.0  # so long a look stays told
TOLD_COUNT_MAX = 10_000  # beyond that the oldest are told again sooner

_Told = tuple[MarketId, UUID | None, str]


class Looks:
    def __init__(self, runtime: Runtime) -> None:
        self._batches = MarketBatches(runtime, note_looks, name="looks")
        self._told_s: OrderedDict[_Told, float] = OrderedDict()  # the oldest first
        self.run = self._batches.run

    async def note(self, market_id: MarketId, looks: Iterable[Look]) -> None:
        """Tell the audit log of the looks, but for those that it was just told of.

        Raises:
            UnavailableError: it could not be told; then nothing is to be shown.
            OverloadedError, LockContentionError: nor so soon.
        """
        for look in looks:
            told = (market_id, look.origin.principal_id, look.subject)
            if self._told_s.get(told, -TOLD_S) + TOLD_S > monotonic_s():
                continue
            refusal = await self._batches.ask(market_id, look)
            if refusal is not None:
                raise refusal
            self._remember(told)

    def _remember(self, told: _Told) -> None:
        self._told_s[told] = monotonic_s()
        self._told_s.move_to_end(told)
        if len(self._told_s) > TOLD_COUNT_MAX:
            self._told_s.popitem(last=False)
