"""I8: each event was sent to its endpoint, at least once, signed, and in order within its job."""

import base64
import hashlib
import hmac
from collections.abc import Iterator
from uuid import UUID

import msgspec
from msgspec import Struct

from loadtests.faults.history import Event
from loadtests.faults.proof import Proof, Receiver
from loadtests.faults.rows import DeliveryRow
from loadtests.faults.sink import WEBHOOK

_PREFIX = "whsec_"


class _Body(Struct, frozen=True):
    id: str


class _Subject(Struct, frozen=True):
    id: str = ""


class _Told(Struct, frozen=True):
    """Of an event of a job; a test event is about none."""

    data: _Subject
    sequence: int = 0


def violations(proof: Proof) -> Iterator[str]:
    """Yield what was not told, not signed, or told in another order."""
    for receiver in proof.receivers:
        heard = [event for event in proof.history if event.who == receiver.who]
        heard = [event for event in heard if event.what == WEBHOOK]
        endpoint_id = UUID(receiver.endpoint_id)
        rows = [row for row in proof.rows.deliveries if row.endpoint_id == endpoint_id]
        yield from _untold(proof, receiver, rows)
        yield from _unheard(heard, rows)
        yield from _disordered(heard)
        yield from (
            f"{receiver.who}: {event.words['id']} is not signed with the secret"
            for event in heard
            if not is_signed(event, receiver.secret)
        )


def is_signed(event: Event, secret: str) -> bool:
    """Whether one of the signatures is that of these words (Standard Webhooks 1.0, symmetric)."""
    words = event.words
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    signed = f"{words['id']}.{words['timestamp']}.{words['body']}".encode()
    due = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    is_named = msgspec.json.decode(str(words["body"]), type=_Body).id == words["id"]
    return is_named and f"v1,{due}" in str(words["signature"]).split(" ")


def _untold(proof: Proof, receiver: Receiver, rows: list[DeliveryRow]) -> Iterator[str]:
    """Yield the facts for which there is not even a delivery."""
    if not proof.is_quiet:
        return  # some facts have not been told to anybody yet, and that is a violation of its own
    known = {row.event_id for row in rows}
    for fact in proof.rows.tellable:
        if str(fact.endpoint_id) == receiver.endpoint_id and fact.event_id not in known:
            yield f"{receiver.who} is never told {fact.event_id}"


def _unheard(heard: list[Event], rows: list[DeliveryRow]) -> Iterator[str]:
    ids = {event.words["id"] for event in heard}
    for row in rows:
        if row.status == "delivered" and row.event_id not in ids:
            yield f"{row.event_id} is said to be delivered, and nobody heard it"
        if row.status == "pending" and not row.is_due:
            yield f"{row.event_id} waits, and its lane does not know of it"


def _disordered(heard: list[Event]) -> Iterator[str]:
    """Yield the jobs whose events were first heard in another order than the job numbers them."""
    last_of = dict[str, int]()
    first = {str(event.words["id"]): event for event in reversed(heard)}
    for event in heard:
        event_id = str(event.words["id"])
        if first[event_id] is not event:
            continue
        told = msgspec.json.decode(str(event.words["body"]), type=_Told)
        last = last_of.get(told.data.id, 0)
        if told.sequence < last:
            yield f"{event_id} of job {told.data.id} was first heard after a later one"
        last_of[told.data.id] = max(told.sequence, last)
