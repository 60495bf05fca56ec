"""The offers on a courier's screen: thought about, answered, and what came of the answer."""

from collections.abc import Callable, Collection
from datetime import datetime

import msgspec

from service.domain.errors import (
    LockContentionError,
    OverloadedError,
    RateLimitedError,
    UnavailableError,
)
from service.domain.ids import JobId, OfferId
from service.simulation.behaviour import Answer, Reply
from service.wire.courier_stream import (
    AcceptOffer,
    Ack,
    ClientMessage,
    DeclineOffer,
    OfferMade,
    OpenOffer,
)

# Refusals that say "not now": even where it is not known what was done, asking again is safe.
RETRYABLE_CODES = frozenset(
    {
        error.code
        for error in (LockContentionError, OverloadedError, RateLimitedError, UnavailableError)
    }
)
NEVER_S = float("inf")

Judge = Callable[[OfferMade | OpenOffer], Reply]


class OfferSeen(msgspec.Struct, kw_only=True):
    """One offer as a courier's app saw it; what the invariants are checked against."""

    offer_id: OfferId
    job_ids: tuple[JobId, ...]
    heard_at: datetime  # real time
    answer: Answer
    answers_s: float  # market time: when the answer is sent next
    ends_s: float  # market time: the end of the time shown
    is_acknowledged: bool = False
    is_answered: bool = False  # sent at least once
    is_assigned: bool = False  # its jobs were seen in hand
    refusal: str | None = None  # of the answer, for good
    revoked: str | None = None

    @property
    def is_open(self) -> bool:
        return self.revoked is None and self.refusal is None and not self.is_assigned

    @property
    def is_accepted(self) -> bool:
        return self.is_answered and self.answer is Answer.ACCEPT


class Desk:
    """All offers of one courier, in the order of their arrival. Times are market seconds."""

    def __init__(self, judge: Judge, *, patience_s: float) -> None:
        self._judge, self._patience_s = judge, patience_s
        self._open: dict[OfferId, OfferSeen] = {}
        self.seen: dict[OfferId, OfferSeen] = {}

    @property
    def is_empty(self) -> bool:
        return not self._open

    def put(
        self, offer: OfferMade | OpenOffer, *, now_s: float, heard_at: datetime, shown_s: float
    ) -> None:
        """Put an offer on the screen and begin to think about it.

        Args:
            offer: as told; one that is known already changes nothing.
            now_s: market time.
            heard_at: real time.
            shown_s: how long the courier is told to have, market time.
        """
        if offer.offer_id in self.seen:
            return
        reply = self._judge(offer)
        seen = OfferSeen(
            offer_id=offer.offer_id,
            job_ids=offer.job_ids,
            heard_at=heard_at,
            answer=reply.answer,
            answers_s=NEVER_S if reply.answer is Answer.IGNORE else now_s + reply.thinking_s,
            ends_s=now_s + shown_s,
        )
        self.seen[offer.offer_id] = self._open[offer.offer_id] = seen

    def revoke(self, offer_id: OfferId, *, reason: str) -> None:
        """Take an offer off the screen."""
        seen = self._open.pop(offer_id, None)
        if seen is not None:
            seen.revoked = reason

    def refuse(self, offer_id: OfferId, *, code: str, now_s: float) -> bool:
        """Note a refused answer, to send it again if that may help; False if it is not known."""
        seen = self.seen.get(offer_id)
        if seen is None:
            return False
        if code in RETRYABLE_CODES:
            seen.answers_s = now_s + self._patience_s
        elif not seen.is_assigned:
            seen.refusal = code
            self._open.pop(offer_id, None)
        return True

    def assign(self, job_ids: Collection[JobId]) -> None:
        """Note which jobs are in hand: offers of them were accepted."""
        for seen in tuple(self._open.values()):
            if seen.is_accepted and not set(seen.job_ids).isdisjoint(job_ids):
                seen.is_assigned = True
                del self._open[seen.offer_id]

    def begin_again(self, *, now_s: float) -> None:
        """Send again, on a new connection, what may have been lost on the old one."""
        for seen in self._open.values():
            seen.is_acknowledged = False
            if seen.is_answered:
                seen.answers_s = now_s

    def say(self, *, now_s: float) -> list[ClientMessage]:
        """Return what is to be sent now."""
        messages: list[ClientMessage] = []
        for seen in tuple(self._open.values()):
            if not seen.is_acknowledged:
                seen.is_acknowledged = True
                messages.append(Ack(offer_id=seen.offer_id))
            if seen.answers_s <= now_s:
                messages += self._answer(seen, now_s)
        return messages

    def wakes_s(self) -> float:
        """Return when there is something to say next."""
        if any(not seen.is_acknowledged for seen in self._open.values()):
            return 0.0
        return min((seen.answers_s for seen in self._open.values()), default=NEVER_S)

    def _answer(self, seen: OfferSeen, now_s: float) -> list[ClientMessage]:
        ref = str(seen.offer_id)
        if seen.answer is Answer.DECLINE:
            seen.is_answered = True
            del self._open[seen.offer_id]  # whatever the server says, it is settled here
            return [DeclineOffer(offer_id=seen.offer_id, ref=ref)]
        if now_s > seen.ends_s and not seen.is_answered:
            seen.answers_s = NEVER_S  # thought too long: the app greys the button out
            return []
        seen.is_answered = True
        seen.answers_s = NEVER_S
        return [AcceptOffer(offer_id=seen.offer_id, ref=ref)]
