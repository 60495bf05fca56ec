"""What a job knows of people at its stops: sealed when it comes in, opened where it is shown.

In between, in the database, in streams and in stored answers, everybody handles sealed texts.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from service.domain.job import Job, JobRequest, PlaceRequest
from service.domain.lifecycle import StopKind
from service.domain.recipient_wish import RecipientWish
from service.domain.sealing import ERASED, UNREADABLE, KeyChain, seal, unseal
from service.domain.stop import Stop

T = TypeVar("T", bound=Struct)

SEALED_FIELDS = (
    *("address", "contact_name", "contact_phone", "instructions"),
    *("recipient_instructions", "safe_place"),
)


def sealed_request(request: JobRequest, chain: KeyChain, *, at: datetime) -> JobRequest:
    """Return the request with what it says of people sealed."""
    if not chain.roots:
        return request
    return replace(
        request,
        pickup=_sealed_place(request.pickup, chain, at),
        dropoff=_sealed_place(request.dropoff, chain, at),
    )


def sealed_wish(wish: RecipientWish, job: Job, chain: KeyChain, *, at: datetime) -> RecipientWish:
    """Return the wish sealed; what the job's drop-off says already is said in the same letters."""
    if not chain.roots:
        return wish
    door = job.latest(StopKind.DROPOFF)

    def same_or_sealed(text: str | None, was: str | None, field: str) -> str | None:
        if text is None:
            return None
        if was is not None and unseal(was, chain, field=field) == text:
            return was
        return seal(text, chain, field=field, at=at)

    return RecipientWish(
        instructions=same_or_sealed(
            wish.instructions, door.recipient_instructions, "recipient_instructions"
        ),
        safe_place=same_or_sealed(wish.safe_place, door.safe_place, "safe_place"),
    )


def opened_job(job: Job, chain: KeyChain) -> Job:
    """Return the job as it is shown to whoever may know."""
    if not chain.roots:
        return job
    return replace(job, stops=tuple(opened(stop, chain) for stop in job.stops))


def resealed_stop(stop: Stop, chain: KeyChain, *, at: datetime) -> Stop:
    """Return the stop with what it says of people sealed anew, with the key of that time.

    What these keys do not open stays as it is: others may.
    """
    known = {
        name: text
        for name, text in _texts_of(opened(stop, chain)).items()
        if text not in (ERASED, UNREADABLE)
    }
    return replace(stop, **_sealed_texts(known, chain, at))


def opened(one: T, chain: KeyChain) -> T:
    """Return anything that has some of these fields, by these names, with them opened."""
    if not chain.roots:
        return one
    return replace(one, **opened_texts(_texts_of(one), chain))


def opened_texts(texts: Mapping[str, str | None], chain: KeyChain) -> dict[str, str | None]:
    """Return texts by the names of their fields, opened."""
    return {
        name: None if text is None else unseal(text, chain, field=name)
        for name, text in texts.items()
    }


def _sealed_place(place: PlaceRequest, chain: KeyChain, at: datetime) -> PlaceRequest:
    return replace(place, **_sealed_texts(_texts_of(place), chain, at))


def _sealed_texts(
    texts: Mapping[str, str | None], chain: KeyChain, at: datetime
) -> dict[str, str | None]:
    return {
        name: None if text is None else seal(text, chain, field=name, at=at)
        for name, text in texts.items()
    }


def _texts_of(one: Struct) -> dict[str, str | None]:
    return {name: getattr(one, name) for name in SEALED_FIELDS if hasattr(one, name)}
