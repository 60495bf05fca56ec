"""A courier's app as far as a load test needs it: resumes, checks numbers, accepts, reports.

It is an ordinary client of the protocol in README.md; only its parsing is poor, for speed.
"""

import asyncio
from collections.abc import Callable
from random import Random

import msgspec

from loadtests.live.frames import handshake
from loadtests.live.peer import Peer, now_s
from loadtests.live.renewals import Renewals, Session
from loadtests.live.tallies import Accepted, Counts, Heard, OfferHeard


class Head(msgspec.Struct):
    """What is looked at in a message of the server; the rest of it is skipped."""

    type: str
    seq: int | None = None
    epoch: str | None = None
    recovered: bool | None = None
    offer_id: str | None = None
    job_ids: tuple[str, ...] = ()
    status: str | None = None
    code: str | None = None
    ref: str | None = None
    retry_in_ms: int | None = None
    reconnect_in_ms: int | None = None
    session_ms: int | None = None


_decode_head = msgspec.json.Decoder(Head).decode
THOUGHT_S_MIN, THOUGHT_S_MAX = 0.5, 3.0  # before an offer is answered
_EVENTS = frozenset({"offer_made", "offer_revoked", "assignment_changed", "job_updated", "notice"})


class Courier:
    """A courier over all of its connections: the key, and how far the stream was heard."""

    def __init__(self, row: int, key: str, courier_id: str) -> None:
        self.row = row
        self.key = key
        self.random = Random(row)
        self.owner = f"courier:{courier_id}"
        self.epoch: str | None = None
        self.seq: int | None = None  # of the last event heard
        self.position_seq = 0  # of the connection
        self.answering: str | None = None  # the offer that was accepted, until that is confirmed
        self.peer: CourierPeer | BarePeer | None = None

    @property
    def is_resumed(self) -> bool:
        """Whether the connection is of use now."""
        return self.peer is not None and self.peer.is_resumed

    def resume(self) -> bytes:
        """Return the first message of a connection."""
        if self.epoch is None or self.seq is None:
            return b'{"type":"resume"}'
        return b'{"type":"resume","epoch":"%b","after_seq":%d}' % (self.epoch.encode(), self.seq)


class CourierPeer(Peer):
    """One connection of a courier.

    Args:
        courier: whose it is.
        host: as in the URL.
        counts: of the fleet.
        heard: of the fleet.
        renewals: of the fleet.
        accepts: whether offers are accepted, after a moment.
        gone: called with the courier when the connection is over.
    """

    def __init__(
        self,
        courier: Courier,
        *,
        host: str,
        counts: Counts,
        heard: Heard,
        renewals: Renewals,
        accepts: bool,
        gone: Callable[[Courier], None],
    ) -> None:
        super().__init__(handshake("/v1/courier", host=host, key=courier.key), counts)
        self._courier = courier
        self._heard = heard
        self._accepts = accepts
        self._gone = gone
        self._accept_sent_s: float | None = None
        self._route_awaited_s: float | None = None  # since then
        self._session = Session(renewals, self, path="/v1/courier/tickets", key=courier.key)
        self.is_resumed = False
        courier.position_seq = 0
        courier.peer = self

    def opened(self) -> None:
        """Wait for the server's hello."""

    def heard(self, text: bytes) -> None:
        """Take a message of the server."""
        head = _decode_head(text)
        if head.type in _EVENTS:
            self._number(head)
            self._learn(head)
            return
        match head.type:
            case "hello" | "authenticated" if head.session_ms is not None:
                self._session.begin(head.session_ms)
                self._let_on(head)
            case "snapshot":
                self._resumed(head)
            case "done":
                self._done(head)
            case "refused":
                self._refused(head)
            case "drain" if head.reconnect_in_ms is not None:
                asyncio.get_running_loop().call_later(head.reconnect_in_ms / 1_000.0, self.leave)
            case _:
                pass

    def left(self) -> None:
        """Tell the fleet, unless the courier has another connection by now."""
        self.is_resumed = False
        self._session.end()
        if self._courier.peer is self:
            self._courier.peer = None
            self._gone(self._courier)

    def _number(self, head: Head) -> None:
        """Check that the event is the next one."""
        courier, seq = self._courier, head.seq
        assert seq is not None, "an event has a number"
        self._heard.events_count += 1
        if courier.seq is not None and seq <= courier.seq:
            self._heard.repeats_count += 1
            return
        if courier.seq is not None:
            self._heard.gaps_count += seq - courier.seq - 1
        courier.seq = seq

    def _done(self, head: Head) -> None:
        """Note how long the acceptance took, if it was said once; nothing else has a reference."""
        if head.ref == self._courier.answering:
            self._settle()
        if self._accept_sent_s is not None:
            sent_s = self._accept_sent_s
            self._heard.accepted.append(Accepted(sent_s, now_s() - sent_s))
            self._accept_sent_s = None

    def _settle(self) -> None:
        self._courier.answering = None
        self._heard.settled_count += 1

    def _refused(self, head: Head) -> None:
        """Count it, and repeat an acceptance that may succeed another time."""
        code = head.code or "?"
        self._heard.refusals[code] = self._heard.refusals.get(code, 0) + 1
        if head.ref is None or head.ref != self._courier.answering:
            return
        if head.retry_in_ms is not None:
            self.call_spread(head.retry_in_ms, self._accept, head.ref)
        else:
            self._accept_sent_s = self._route_awaited_s = None
            self._settle()

    def call_spread(self, in_ms: int, say: Callable[..., None], *words: str) -> None:
        """Call it after about so long, as an app should that the server asked to come later."""
        in_s = in_ms / 1_000.0 * (0.5 + self._courier.random.random())
        asyncio.get_running_loop().call_later(in_s, say, *words)

    def _learn(self, head: Head) -> None:
        """Act on an event."""
        if head.type == "offer_made":
            self._offered(head)
        elif head.type == "assignment_changed" and self._route_awaited_s is not None:
            sent_s = self._route_awaited_s
            self._heard.routed.append(Accepted(sent_s, now_s() - sent_s))
            self._route_awaited_s = None

    def _let_on(self, head: Head) -> None:
        """Go on where the last connection ended, or as before if this one was renewed."""
        if head.type == "authenticated":
            self._heard.renewed_count += 1
            return
        if head.epoch != self._courier.epoch:
            self._courier.epoch, self._courier.seq = head.epoch, None
        self.say(self._courier.resume())

    def _resumed(self, head: Head) -> None:
        self.is_resumed = True
        self._heard.resumed_count += 1
        if head.recovered:
            self._heard.recovered_count += 1
        else:
            self._courier.seq = head.seq
        self.be_ready()
        if self._courier.answering is not None:
            self._accept(self._courier.answering)  # said again: how long it took is not measured

    def _offered(self, head: Head) -> None:
        assert head.offer_id is not None, "an offer has an id"
        self._heard.offers.append(OfferHeard(now_s(), head.offer_id, head.job_ids))
        if self._accepts:
            self.say(b'{"type":"ack","offer_id":"%b"}' % head.offer_id.encode())
            thought_s = _thought_s(head.offer_id)
            asyncio.get_running_loop().call_later(thought_s, self._answer, head.offer_id)

    def _answer(self, offer_id: str) -> None:
        if self.is_resumed:
            if self._courier.answering is None:
                self._heard.answers_count += 1
            self._courier.answering = offer_id
            self._accept_sent_s = self._route_awaited_s = now_s()
            self._accept(offer_id)

    def _accept(self, offer_id: str) -> None:
        """Accept the offer; a refusal echoes its id."""
        self.say(b'{"type":"accept_offer","ref":"%b","offer_id":"%b"}' % (2 * (offer_id.encode(),)))


def _thought_s(offer_id: str) -> float:
    """Return how long a courier looks at an offer: people do not all answer at once."""
    share = int(offer_id[-4:], 16) / 0xFFFF  # of random bits
    return THOUGHT_S_MIN + share * (THOUGHT_S_MAX - THOUGHT_S_MIN)


class BarePeer(Peer):
    """A connection to a server that knows no protocol: of use as soon as it is open."""

    def __init__(
        self,
        courier: Courier,
        *,
        host: str,
        counts: Counts,
        gone: Callable[[Courier], None],
    ) -> None:
        super().__init__(handshake("/", host=host, key=courier.key), counts)
        self._courier = courier
        self._gone = gone
        self.is_resumed = False
        courier.peer = self

    def opened(self) -> None:
        """Say something, so that both sides have read and written once."""
        self.is_resumed = True
        self.say(b'{"type":"resume"}')
        self.be_ready()

    def left(self) -> None:
        """Tell the fleet, unless the courier has another connection by now."""
        self.is_resumed = False
        if self._courier.peer is self:
            self._courier.peer = None
            self._gone(self._courier)
