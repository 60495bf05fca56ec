"""Jobs and couriers that the live index cannot take: it is whole without them, for a while."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import TypeVar
from uuid import UUID

from msgspec import Struct

from service.actions.tell_left_out import Fault
from service.domain.ids import CourierId, JobId
from service.relay.attempt import attempt
from service.relay.drift import Difference, Drift

T = TypeVar("T", bound=UUID)

LEFT_OUT_S = 60.0  # real time, since it failed; a row that has changed is tried at once


class _Record(Struct):
    failed_s: float
    row_version: int | None  # as the next look saw it; None: there was no look yet
    is_told: bool


class LeftOut:
    """Memory of who is left out of a market's index; times are of the monotonic clock."""

    def __init__(self) -> None:
        self._records: dict[Fault, _Record] = {}

    def note(
        self, *, job_ids: Collection[JobId], courier_ids: Collection[CourierId], at_s: float
    ) -> None:
        """Remember that these rows could not be read, or not be written."""
        faults: list[Fault] = [(None, id_) for id_ in job_ids]
        faults += [(id_, None) for id_ in courier_ids]
        for fault in faults:
            known = self._records.get(fault)
            is_told = known is not None and known.is_told
            self._records[fault] = _Record(failed_s=at_s, row_version=None, is_told=is_told)

    def without(self, drift: Drift, *, at_s: float) -> Drift:
        """Return what differs and may be tried."""
        return Drift(
            jobs=frozenset(
                one
                for one in drift.jobs
                if not self._is_left_out((None, JobId(one.id)), one, at_s=at_s)
            ),
            couriers=frozenset(
                one
                for one in drift.couriers
                if not self._is_left_out((CourierId(one.id), None), one, at_s=at_s)
            ),
        )

    def look(self, found: Drift) -> None:
        """Remember of which version the rows are; forget who does not differ any more."""
        row_versions: dict[Fault, int | None] = {
            (None, JobId(one.id)): one.row_version for one in found.jobs
        }
        row_versions |= {(CourierId(one.id), None): one.row_version for one in found.couriers}
        self._records = {
            fault: record for fault, record in self._records.items() if fault in row_versions
        }
        for fault, record in self._records.items():
            if record.row_version is None:
                record.row_version = row_versions[fault]

    def untold(self, *, count_max: int) -> list[Fault]:
        """Return of whom ops have not been told, so many at most."""
        return [fault for fault, record in self._records.items() if not record.is_told][:count_max]

    def note_told(self, faults: Sequence[Fault]) -> None:
        """Remember that ops were told of these: while they are left out, once is enough."""
        for fault in faults:
            if fault in self._records:
                self._records[fault].is_told = True

    def _is_left_out(self, fault: Fault, difference: Difference, *, at_s: float) -> bool:
        record = self._records.get(fault)
        if record is None or record.row_version is None:
            return record is not None
        return at_s < record.failed_s + LEFT_OUT_S and record.row_version == difference.row_version


async def write_but_faults(
    ids: Sequence[T], write: Callable[[Sequence[T]], Awaitable[None]]
) -> list[T]:
    """Write these, in halves where it fails; return those with whom it fails by themselves.

    Raises:
        UnavailableError: a server is away.
        Exception: what it fails with for nobody at all: that is no row's fault.
    """
    faults: list[T] = []
    waiting = [ids]
    while waiting:
        part = waiting.pop()
        item = part[0] if len(part) == 1 else f"{len(part)} ids"
        if await attempt("index", item, _succeed(write, part)):
            continue
        await write(())
        if len(part) == 1:
            faults.append(part[0])
        else:
            middle = len(part) // 2
            waiting += (part[middle:], part[:middle])
    return faults


async def _succeed(write: Callable[[Sequence[T]], Awaitable[None]], ids: Sequence[T]) -> bool:
    await write(ids)
    return True
