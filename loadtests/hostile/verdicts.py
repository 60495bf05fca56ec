"""PURE. What may be answered to strangers, and what an answer tells of how far they came."""

from collections.abc import Mapping
from enum import StrEnum

import msgspec
from msgspec import Struct

from loadtests.hostile.asks import Ask
from service.api.errors import PROBLEM_JSON, STATUS_OF_CODE
from service.wire.rest import ProblemBody

UNAVAILABLE = 503
TOO_MANY = 429
SWITCHING = 101
PUBLIC = "public"
_FORGED = ("x-injected",)

_decode_problem = msgspec.json.Decoder(ProblemBody).decode


class Depth(StrEnum):
    """How far a request came."""

    DOOR = "turned away at the door"  # by who asks, or how often
    FORM = "refused for its form"  # path, method, size, type, or what does not decode
    ACTION = "decided by the action"  # done, or refused for its meaning
    FULL = "told to come again"


class Answer(Struct, frozen=True, kw_only=True):
    """An answer as it came; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""


class Asker(Struct, frozen=True, kw_only=True):
    """Who asks, by which headers, and where; without an audience nobody who is known.

    Who `sees_others` belongs to the market that works, and may look at what is there.
    """

    name: str
    audience: str | None
    headers: Mapping[str, str]
    center_deg: tuple[float, float] = (0.0, 0.0)
    sees_others: bool = False


def depth_of(status: int) -> Depth:
    """Return how far a request came that was answered like this."""
    if status == UNAVAILABLE:
        return Depth.FULL
    if status in (401, 403, TOO_MANY):
        return Depth.DOOR
    return Depth.FORM if status in (400, 405, 413, 415) else Depth.ACTION


def faults_of(ask: Ask, asker: Asker, answer: Answer) -> list[str]:
    """Return what is wrong with an answer."""
    found = form_faults(answer, is_head=ask.method == "HEAD")
    operation = ask.operation
    if ask.is_of_document and answer.status not in operation.statuses:
        found.append(f"{answer.status} is not in the document")
    is_for_asker = operation.audience in (PUBLIC, asker.audience)
    if answer.status < 400 and ask.is_of_document:
        if not is_for_asker:
            found.append(f"{asker.name} was let in")
        if ask.is_of_others and not (asker.sees_others and ask.method == "GET"):
            found.append("what is another's was found")
    return found


def form_faults(answer: Answer, *, is_head: bool = False) -> list[str]:
    """Return what is wrong with the form of an answer, whatever was asked."""
    found = _header_faults(answer)
    if answer.status >= 500 and not _is_full(answer):
        found.append(f"the fault is said to be ours: {answer.status}")
    if answer.status < 400 or is_head:
        return found
    if not answer.headers.get("content-type", "").startswith(PROBLEM_JSON):
        return [*found, f"{answer.status} is no problem document"]
    try:
        problem = _decode_problem(answer.body)
    except msgspec.DecodeError as error:
        return [*found, f"{answer.status}: {error}"]
    if STATUS_OF_CODE.get(problem.code) != answer.status or problem.status != answer.status:
        found.append(f"{answer.status} with code {problem.code}")
    if problem.request_id != answer.headers.get("x-request-id"):
        found.append("the request's id is not that of the header")
    return found


def _header_faults(answer: Answer) -> list[str]:
    found = [f"a header was let in: {name}" for name in _FORGED if name in answer.headers]
    if answer.status == TOO_MANY and "retry-after" not in answer.headers:
        found.append("429 without Retry-After")
    is_handshake = answer.status == SWITCHING or "sec-websocket-version" in answer.headers
    if answer.headers.get("x-content-type-options") != "nosniff" and not is_handshake:
        found.append("a header is missing")
    return found


def _is_full(answer: Answer) -> bool:
    return answer.status == UNAVAILABLE and "retry-after" in answer.headers
