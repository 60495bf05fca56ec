"""Ordinary clients whose every request, message and answer goes into the history."""

import re
from collections import deque
from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

import httpx

from loadtests.faults.history import History, Outcome
from loadtests.faults.watcher import EVENT, SNAPSHOT
from service.domain.ids import OfferId
from service.simulation.clients.courier_app import CourierApp, Traits
from service.wire.courier_stream import (
    AcceptOffer,
    ArriveAtStop,
    AssignmentChanged,
    ClientMessage,
    CompleteStop,
    DeclineOffer,
    Done,
    FailStop,
    JobMessage,
    JobUpdated,
    Notice,
    OfferMade,
    OfferRevoked,
    Refused,
    ServerMessage,
    Snapshot,
)
from service.wire.route import Assignment

POST_JOB = "POST /v1/jobs"
ACCEPT = "accept_offer"
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SERVER_ERROR = 500
_NAME_OF: Mapping[type[ClientMessage], str] = {
    AcceptOffer: ACCEPT,
    DeclineOffer: "decline_offer",
    ArriveAtStop: "arrive_at_stop",
    CompleteStop: "complete_stop",
    FailStop: "fail_stop",
}


def outcome_of(status: int) -> Outcome:
    """Return what a status says of the request: after a 5xx nobody knows."""
    if status >= _SERVER_ERROR:
        return "unknown"
    return "ok" if httpx.codes.is_success(status) else "fail"


def hand_text(jobs: Iterable[tuple[UUID, str]]) -> str:
    """Return jobs in hand, by id and status, as one word."""
    return " ".join(sorted(f"{job_id}:{status}" for job_id, status in jobs))


class RecordingTransport(httpx.AsyncBaseTransport):
    """Sends requests, and notes each of them: one that is sent again is another operation.

    Args:
        history: where to.
        names: who it is, by the key that is shown; no key goes into a history.
    """

    def __init__(self, history: History, names: Mapping[str, str], *, limits: httpx.Limits) -> None:
        self._history, self._names = history, names
        self._inner = httpx.AsyncHTTPTransport(limits=limits)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request, and read the whole answer."""
        operation = self._invoke(request)
        try:
            response = await self._inner.handle_async_request(request)
            content = await response.aread()
        except BaseException as error:  # a client that gives up knows as little
            self._history.end(operation, "unknown", error=type(error).__name__)
            raise
        status = response.status_code
        body = content.decode("utf-8", "replace") if self._is_post(request) else None
        is_replayed = "idempotent-replayed" in response.headers
        self._history.end(
            operation, outcome_of(status), status=status, body=body, is_replayed=is_replayed
        )
        return response

    async def aclose(self) -> None:
        """Close the connections."""
        await self._inner.aclose()

    def _invoke(self, request: httpx.Request) -> int:
        path = request.url.path
        key = request.headers.get("authorization", "").removeprefix("Bearer ")
        body = request.content.decode() if self._is_post(request) else None
        return self._history.invoke(
            self._names.get(key, "stranger"),
            f"{request.method} {_ID.sub('{id}', path)}",
            path=path,
            key=request.headers.get("idempotency-key"),
            body=body,
        )

    @staticmethod
    def _is_post(request: httpx.Request) -> bool:
        return request.method == "POST" and request.url.path == "/v1/jobs"


class RecordedApp(CourierApp):
    """A courier's app: what it says is an operation until it is answered, however often it is said.

    Args:
        traits: of the courier.
        history: where to.
        who: the courier's name in it.
    """

    def __init__(self, traits: Traits, history: History, who: str) -> None:
        super().__init__(traits)
        self._history, self._who = history, who
        self._open: dict[str, deque[tuple[str, int]]] = {}  # what was said, by reference
        self._unheard: set[str] = set()  # of these, whose answers went with a connection

    def say(self, *, now_s: float) -> list[ClientMessage]:
        """Return what is to be sent now, and note it."""
        messages = super().say(now_s=now_s)
        for message in messages:
            what = _NAME_OF.get(type(message))
            if what is not None and message.ref is not None:
                self._unheard.discard(message.ref)
                self._invoke(what, message.ref)
        return messages

    def hear(self, message: ServerMessage, *, now_s: float, heard_at: datetime) -> None:
        """Take in a message, and note it if it is numbered, and what it answers."""
        self._note(message)
        match message:
            case Done():
                self._end(message.ref, "ok")
            case Refused(ref=str(ref)):
                self._end(ref, "fail", code=message.code)
            case Snapshot():
                self._unheard = {ref for ref, waiting in self._open.items() if waiting}
            case _:
                pass
        super().hear(message, now_s=now_s, heard_at=heard_at)
        self._settle()

    def _settle(self) -> None:
        """End what is not said again, because the stream has told what came of it."""
        for ref in tuple(self._unheard):
            seen = self.desk.seen.get(OfferId(UUID(ref)))  # None of a stop
            if seen is not None and not seen.is_open:
                self._unheard.discard(ref)
                self._end(ref, "unknown")

    def _note(self, message: ServerMessage) -> None:
        """Note what a message is in the stream, and the jobs in hand where it tells them."""
        match message:
            case Snapshot():
                words = {"is_recovered": message.recovered, "epoch": message.epoch}
                hand = None if message.state is None else message.state.assignment
                self._history.hear(self._who, SNAPSHOT, seq=message.seq, **words, **_told(hand))
            case AssignmentChanged(seq=seq, assignment=hand):
                self._history.hear(self._who, EVENT, seq=seq, **_told(hand))
            case OfferMade() | OfferRevoked() | JobUpdated() | JobMessage() | Notice():
                self._history.hear(self._who, EVENT, seq=message.seq)
            case _:
                pass  # not part of the numbered stream

    def _invoke(self, what: str, ref: str) -> None:
        waiting = self._open.setdefault(ref, deque())
        if all(said != what for said, _ in waiting):
            waiting.append((what, self._history.invoke(self._who, what, ref=ref)))

    def _end(self, ref: str, outcome: Outcome, **words: str) -> None:
        waiting = self._open.get(ref)
        if waiting:
            _, operation = waiting.popleft()
            self._history.end(operation, outcome, **words)


def _told(hand: Assignment | None) -> dict[str, str]:
    """Return the jobs in hand as a word of a history, if they are told."""
    if hand is None:
        return {}
    return {"hand": hand_text((job.job_id, job.status) for job in hand.jobs)}
