"""What an operator's screen shows: the last events, ticks and cells, and running counts."""

from collections import Counter, deque

import msgspec

from service.domain.facts import (
    CourierSnapshot,
    ExceptionSnapshot,
    FactType,
    JobSnapshot,
    OfferSnapshot,
    TickSummary,
)
from service.domain.ids import CourierId, ExceptionId, JobId, OfferId
from service.domain.lifecycle import OFFER_OPEN, CourierStatus, JobStatus, OfferStatus
from service.domain.vocabulary import ExceptionKind
from service.simulation.clients.bundling import Bundling, saved_m_of
from service.wire.watcher_stream import (
    CellLoad,
    OpsCells,
    OpsEvent,
    OpsEventBody,
    OpsMessage,
    OpsTick,
)

EVENTS_COUNT_MAX = 12
ACCEPTANCES_COUNT_MAX = 200


class Failure(msgspec.Struct, frozen=True):
    """A delivery that failed and waits for a decision."""

    exception_id: ExceptionId
    job_id: JobId


class Feed:
    """The state behind the screen; of a stream, so it holds what was told since it was opened."""

    def __init__(self) -> None:
        self.events: deque[OpsEventBody] = deque(maxlen=EVENTS_COUNT_MAX)
        self.last_tick: TickSummary | None = None
        self.ticks_count = 0
        self.cells: dict[str, CellLoad] = {}  # of the map that is watched
        self.job_status: dict[JobId, JobStatus] = {}
        self.offer_status: dict[OfferId, OfferStatus] = {}
        self.courier_status: dict[CourierId, CourierStatus] = {}
        self.bundling = Bundling()
        self._saved_m: dict[OfferId, float] = {}  # of the offers that are open
        self.to_accept_s: deque[float] = deque(maxlen=ACCEPTANCES_COUNT_MAX)  # market time

    def hear(self, message: OpsMessage) -> Failure | None:
        """Take in one message; return a failed delivery when it tells of one."""
        match message:
            case OpsEvent():
                return self._event(message.event)
            case OpsTick():
                self.last_tick = message.tick
                self.ticks_count += 1
            case OpsCells():
                self._cells(message)
            case _:
                pass
        return None

    def jobs_count_by_status(self) -> Counter[JobStatus]:
        return Counter(self.job_status.values())

    def offers_count_by_status(self) -> Counter[OfferStatus]:
        return Counter(self.offer_status.values())

    def couriers_count_by_status(self) -> Counter[CourierStatus]:
        return Counter(self.courier_status.values())

    def _cells(self, told: OpsCells) -> None:
        if told.is_whole:
            self.cells.clear()
        for cell in told.gone:
            del self.cells[cell]
        self.cells.update((load.cell, load) for load in told.cells)

    def _event(self, event: OpsEventBody) -> Failure | None:
        self.events.append(event)
        match event.data:
            case JobSnapshot() as job:
                self.job_status[job.id] = job.status
            case OfferSnapshot() as offer:
                self._offer(offer, saved_m=saved_m_of(event.reasons))
            case CourierSnapshot() as courier:
                self.courier_status[courier.id] = courier.status
            case ExceptionSnapshot() as exception if event.type == FactType.EXCEPTION_OPENED:
                if exception.kind is ExceptionKind.ATTEMPT_FAILED and exception.job_id is not None:
                    return Failure(exception.id, exception.job_id)
            case _:
                pass
        return None

    def _offer(self, offer: OfferSnapshot, *, saved_m: float) -> None:
        self.offer_status[offer.id] = offer.status
        if offer.status in OFFER_OPEN:  # only the fact that it was made says what it saves
            self._saved_m[offer.id] = saved_m or self._saved_m.get(offer.id, 0.0)
            return
        saved_m = self._saved_m.pop(offer.id, 0.0)
        if offer.status is OfferStatus.ACCEPTED and offer.answered_at is not None:
            self.to_accept_s.append((offer.answered_at - offer.created_at).total_seconds())
            self.bundling = self.bundling.plus(offer, saved_m=saved_m)
