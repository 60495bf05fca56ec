"""I9: every stream was heard without gap, repetition or change, up to its end.

What a courier was told last is what Postgres says: a snapshot after a gap, or the events since.
"""

from collections.abc import Iterator
from zlib import crc32

from loadtests.faults.history import Event
from loadtests.faults.proof import Carrier, Proof, Watched
from loadtests.faults.recorded import hand_text
from loadtests.faults.watcher import EVENT, SNAPSHOT
from service.simulation.run.invariants import stream_gaps, unheard_events


def violations(proof: Proof) -> Iterator[str]:
    """Yield what clients say of their streams, and what the watchers' histories show of theirs."""
    yield from stream_gaps(proof.witness)
    yield from unheard_events(proof.run, proof.witness)
    sums = {(row.owner, row.seq): crc32(row.message) for row in proof.rows.events}
    for watched in proof.watched:
        heard = [event for event in proof.history if event.who == watched.who]
        yield from gaps(heard)
        yield from _changes(heard, watched, sums)
        last_seq = proof.run.stream_ends.get(watched.owner, 0)
        seq = place(heard)
        if watched.is_live and seq < last_seq:
            yield f"{watched.who} heard up to {seq} of {last_seq}"
    for carrier in proof.carriers:
        yield from _of_courier(proof, carrier)


def _of_courier(proof: Proof, carrier: Carrier) -> Iterator[str]:
    heard = [one for one in proof.history if one.who == carrier.who and one.kind == "heard"]
    yield from gaps(heard)
    if not carrier.is_live:
        return
    last_seq = proof.run.stream_ends.get(f"courier:{carrier.courier_id}", 0)
    seq = place(heard)
    if seq != last_seq:
        yield f"{carrier.who} heard up to {seq} of {last_seq}"
        return
    told = [str(one.words["hand"]) for one in heard if "hand" in one.words]
    kept = hand_text(
        (one.job_id, one.status)
        for one in proof.rows.in_hand
        if one.courier_id == carrier.courier_id
    )
    if not told or told[-1] != kept:
        yield f"{carrier.who} was told {told[-1:]}, and has {kept!r} in hand"


def place(heard: list[Event]) -> int:
    """Return how far a stream was heard: a recovery says how far it goes, and the events follow."""
    seqs = [one.words["seq"] for one in heard if not one.words.get("is_recovered")]
    return int(seqs[-1] or 0) if seqs else 0


def gaps(heard: list[Event]) -> Iterator[str]:
    """Yield where the numbers of one watcher's events do not follow on one another."""
    last: int | None = None
    for event in heard:
        seq = int(event.words["seq"] or 0)
        if event.what == SNAPSHOT:
            if event.words["is_recovered"] and (last is None or seq < last):
                yield f"{event.who} recovered at {seq}, after {last}"
            if not event.words["is_recovered"]:
                last = seq
        elif event.what == EVENT:
            if last is None or seq != last + 1:
                yield f"{event.who} heard {seq} after {last}"
            last = seq


def _changes(
    heard: list[Event], watched: Watched, sums: dict[tuple[str, int], int]
) -> Iterator[str]:
    for event in heard:
        kept = sums.get((watched.owner, int(event.words["seq"] or 0)))
        if event.what == EVENT and kept is not None and kept != event.words["crc32"]:
            yield f"{event.who} heard another {event.words['seq']} than is on record"
