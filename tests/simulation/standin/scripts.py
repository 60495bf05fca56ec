"""Random scripts of some sessions' transactions, to be played to Postgres and to its stand-in.

Each step is a query of the store or two, in the service's lock order, so that nobody waits in a
ring. There are two sessions: of several who wait for one row, Postgres leaves it to chance who is
next. What is noted of a step: what it returned, or that it waits, and what it returned then.
"""

import asyncio
import itertools
import random
from uuid import UUID

import msgspec

from tests.simulation.standin.sessions import COURIERS, OWNERS, Session

SESSIONS = ("anna", "ben")
TRANSACTIONS_COUNT = 70
KEYS = ("a", "b", "c")
LOCKS_OF_COURIERS = ("lock_couriers", "lock_couriers_to_offer")
SHARE_OF = {  # of the transactions in which there is such a step, if not 0.3
    "name_job": 0.15,
    "lock_jobs": 0.95,
    "look": 0.4,
    **dict.fromkeys(("lock_offer_of", *LOCKS_OF_COURIERS, "lock_courier"), 0.8),
    **dict.fromkeys(("make_offer", "answer_offer"), 0.8),
}


def write(seed):
    """Return {session: its steps with their arguments}, some transactions of each."""
    rng = random.Random(seed)
    queues = {who: [] for who in SESSIONS}
    for number in range(1, TRANSACTIONS_COUNT):
        queues[rng.choice(SESSIONS)] += _transaction(rng, number)
    return queues


def _transaction(rng, number):
    """Return the steps of a transaction, in the lock order of the service."""
    job_ids = sorted(UUID(int=1_000 * n) for n in rng.sample(range(1, 5), rng.randint(1, 3)))
    job_id, courier_id = rng.choice(job_ids), rng.choice(COURIERS)
    numbers = rng.sample(range(1, number + 2), min(len(COURIERS), number))
    of_offers = (("lock_offer_of", job_id), ("lock_free_offers", numbers))
    locks = (
        *(("lock_jobs", [id_]) for id_ in job_ids),
        *(of_offers if rng.random() < 0.8 else [("mark_sent", numbers[:1])]),
        *(
            [(rng.choice(LOCKS_OF_COURIERS), [id_]) for id_ in COURIERS]
            if rng.random() < 0.5
            else [("lock_courier", courier_id)]
        ),
    )
    steps = [
        ("find_response", rng.choice(KEYS)),
        ("reserve_key", rng.choice(KEYS)),
        # What waits for nobody is out of order, so nothing is waited for after it.
        *(locks if rng.random() < 0.8 else [("hold_answered", COURIERS[: len(numbers)], numbers)]),
        # Of these two each may wait for what another's other holds.
        rng.choice(
            (
                ("answer_offer", number, job_id, rng.random() < 0.6),
                ("make_offer", number, job_id, courier_id),
            )
        ),
        ("pay", job_id),
        ("reopen", job_id),
        ("lock_bundle_of", job_id),
        ("search", job_id),
        ("decide", number),
        ("tell", job_id),
        ("open_exception", number, job_id),
        ("resolve_exceptions", job_id),
        ("name_job", number, f"r{rng.randint(1, 9)}"),
        ("look", job_ids, number - 1),
        ("move_cursor",),
        *(("advance_streams", [owner]) for owner in sorted(rng.sample(OWNERS, 2))),
        ("take_lease", rng.choice(("x", "y"))),
        ("check_lease", 1),
        ("release_lease", rng.choice(("x", "y"))),
        ("lock_head",),
    ]
    kept = [step for step in steps if rng.random() < SHARE_OF.get(step[0], 0.3)]
    return [("begin",), *kept, ("end", rng.random() < 0.8)]


async def play(seed, pool, is_waiting):
    """Play the script of this seed; return what happened, step by step.

    Args:
        seed: says the script, and which session is next.
        pool: of Postgres, or of the stand-in.
        is_waiting: tells whether a session waits for a lock.
    """
    rng, queues, seconds = random.Random(seed), write(seed), itertools.count(1)
    sessions = {who: Session(pool, seconds) for who in SESSIONS}
    waiting, noted = {}, []
    while any(queues.values()) or waiting:
        able = [who for who in SESSIONS if queues[who] and who not in waiting]
        assert able, f"everybody waits: {noted[-6:]}"
        who = rng.choice(able)
        step, *args = queues[who].pop(0)
        waiting[who] = asyncio.ensure_future(_do(sessions[who], step, args))
        await _until_done_or_waiting(waiting[who], sessions[who], is_waiting)
        if not waiting[who].done():
            noted.append((who, step, "waits"))
        await _hear(sessions, waiting, noted, is_waiting, step=(who, step))
    return noted


async def _hear(sessions, waiting, noted, is_waiting, *, step):
    """Note what was done, and what came of those who waited for it."""
    is_news = True
    while is_news:
        is_news = False
        for who in [step[0], *(who for who in SESSIONS if who != step[0])]:
            work = waiting.get(who)
            if work is None:
                continue
            await _until_done_or_waiting(work, sessions[who], is_waiting)
            if work.done():
                is_news = True
                del waiting[who]
                noted.append((who, step[1] if who == step[0] else "went on", work.result()))


async def _until_done_or_waiting(work, session, is_waiting):
    while not work.done() and not await is_waiting(session):  # noqa: ASYNC110  # at the server
        await asyncio.sleep(0.001)
    await asyncio.sleep(0)


async def _do(session, step, args):
    if step == "begin":
        await session.begin()
        return None
    if step == "end":
        return await session.end(is_kept=args[0])
    if session.has_failed:
        return "has failed"
    try:
        return plain(await getattr(session, step)(*args))
    except Exception as error:  # noqa: BLE001  # whatever it is, it must be the same at both
        session.has_failed = True
        return type(error).__name__


def plain(value):
    """Return the value as it is compared: without struct types and order of keys."""
    return msgspec.to_builtins(value, order="deterministic", str_keys=True)
