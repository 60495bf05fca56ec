"""Asks the routes of the document, with something amiss, over a kept connection."""

import re
from collections import deque
from collections.abc import Sequence
from random import Random

import msgspec
from msgspec import Struct

from loadtests.hostile.asks import Ask, Scene, draw_ask
from loadtests.hostile.document import Document, Operation
from loadtests.hostile.draws import Draws, Leads
from loadtests.hostile.exchange import Line, NoAnswerError
from loadtests.hostile.tally import Tally
from loadtests.hostile.tally import count as count_one
from loadtests.hostile.verdicts import Answer, Asker, depth_of, faults_of

KNOWN_COUNT_MAX = 200  # ids, and cursors, that an asker was answered last
ASKERS_KEPT_COUNT = 40  # requests in a row by the same asker
HOME_SHARE = 0.75  # of the requests are for routes of the asker's own audience
BODY_WEIGHT = 3.0  # where there is a body there is more to be amiss
RARE = frozenset({"logInOps"})  # a password is hashed on purpose at great cost
RARE_WEIGHT = 0.1
_CURSOR = re.compile(rb'"next_cursor":"([^"]+)"')
_ID = re.compile(rb'"(?:id|job_id|offer_id|endpoint_id)":"([0-9a-f-]{36})"')


class Targets(Struct, frozen=True, kw_only=True):
    """Whom to ask, as whom, and which ids belong to others."""

    address: str
    document: Document
    askers: Sequence[Asker]
    ids_of_others: Sequence[str]


async def ask_routes(targets: Targets, *, seed: int, count: int) -> Tally:
    """Ask so many times, one after the other."""
    random, tally, line = Random(seed), Tally(), Line(targets.address)
    ids = {asker.name: deque[str](maxlen=KNOWN_COUNT_MAX) for asker in targets.askers}
    cursors = {asker.name: deque[str](maxlen=KNOWN_COUNT_MAX) for asker in targets.askers}
    asker = random.choice(targets.askers)
    for number in range(count):
        if number % ASKERS_KEPT_COUNT == 0:
            asker = random.choice(targets.askers)
        leads = Leads(ids=ids[asker.name], cursors=cursors[asker.name], center_deg=asker.center_deg)
        draws = Draws(document=targets.document, leads=leads, random=random)
        scene = Scene(draws=draws, ids_of_others=targets.ids_of_others)
        kind, ask = draw_ask(scene, _choose(random, targets.document.operations, asker))
        answer = await _exchange(line, ask, asker, tally, kind=kind)
        if answer is not None:
            ids[asker.name].extend(match.decode() for match in _ID.findall(answer.body))
            cursors[asker.name].extend(match.decode() for match in _CURSOR.findall(answer.body))
    line.close()
    return tally


async def _exchange(
    line: Line, ask: Ask, asker: Asker, tally: Tally, *, kind: str
) -> Answer | None:
    sent = ask.encoded(host=line.address, headers=asker.headers)
    try:
        answer = await line.ask(sent, is_head=ask.method == "HEAD")
    except NoAnswerError as error:
        tally.tried(kind, "no answer")
        tally.surprised(f"{error}: {kind}, {asker.name}: {sent[:400]!r}")
        return None
    tally.tried(kind, str(answer.status), *_codes(answer))
    count_one(tally.depths, depth_of(answer.status))
    if answer.status < 300 and ask.is_of_document:
        count_one(tally.succeeded, ask.operation.id)
    for fault in faults_of(ask, asker, answer):
        tally.surprised(f"{fault}: {kind}, {asker.name}: {sent[:400]!r}: {answer.body[:200]!r}")
    return answer


class _Problem(Struct):
    code: str


_decode = msgspec.json.Decoder(_Problem).decode


def _codes(answer: Answer) -> Sequence[str]:
    if answer.status < 400:
        return ()
    try:
        return (_decode(answer.body).code,)
    except msgspec.DecodeError:
        return ()


def _choose(random: Random, operations: Sequence[Operation], asker: Asker) -> Operation:
    """Return what to ask for: mostly what is for the asker."""
    fitting = [one for one in operations if one.audience == asker.audience]
    if not fitting or random.random() > HOME_SHARE:
        fitting = list(operations)
    return random.choices(fitting, [_weight(operation) for operation in fitting])[0]


def _weight(operation: Operation) -> float:
    if operation.id in RARE:
        return RARE_WEIGHT
    return BODY_WEIGHT if operation.body is not None else 1.0
