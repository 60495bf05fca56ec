"""What will do as a proof: nothing is done without it, and guesses are few."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from service.domain.errors import (
    InvalidParamsError,
    InvalidStateTransitionError,
    ProofAttemptsExhaustedError,
    ProofInvalidError,
    ProofMismatchError,
    ProofRequiredError,
)
from service.domain.ids import ProofId
from service.domain.job import PlaceRequest
from service.domain.lifecycle import StopKind
from service.domain.picture import Picture, PictureType
from service.domain.proof import (
    BYTES_MAX,
    CODE_TRIES_COUNT_MAX,
    CODE_TRIES_OF_JOB_COUNT_MAX,
    NO_EVIDENCE,
    PICTURES_COUNT_MAX,
    AcceptedProof,
    Evidence,
    check,
    check_picture,
    is_last_try,
    superseded,
)
from service.domain.vocabulary import ProofKind
from service.domain.work import Work, arrive, complete, take
from tests.unit.domain.makers import GRABEN, NOW, make_courier, make_job, make_request
from tests.unit.domain.test_work import POLICY, at

CODE, PHOTO, SIGNATURE = ProofKind.CODE, ProofKind.PHOTO, ProofKind.SIGNATURE
CODES = st.text("0123456789", min_size=4, max_size=6)


def taken(kind):
    """Return a picture that the courier names."""
    return AcceptedProof(id=ProofId(UUID(int=9)), kind=kind, sha256="ab" * 32)


def sized(width_px, height_px, type_=PictureType.JPEG):
    """Return a picture as it is known when it was read."""
    return Picture(type=type_, width_px=width_px, height_px=height_px, content=b"")


def place_with(*kinds, code=None):
    return PlaceRequest(
        point=GRABEN,
        address="Graben 1",
        contact_name=None,
        contact_phone=None,
        instructions=None,
        required_proofs=kinds,
        code=code,
    )


def test_who_asks_for_nothing_gets_nothing():
    assert check((), NO_EVIDENCE) == ()


@given(st.sets(st.sampled_from(ProofKind)), st.sets(st.sampled_from([PHOTO, SIGNATURE])))
def test_what_is_required_is_proven_or_refused(required, given_kinds):
    pictures = tuple(map(taken, given_kinds))
    evidence = Evidence(said_code="1234", right_code="1234", pictures=pictures)
    if required - {CODE} <= given_kinds:
        assert set(check(tuple(required), evidence)) == required | given_kinds
    else:
        with pytest.raises(ProofRequiredError):
            check(tuple(required), evidence)


@given(CODES, CODES)
def test_only_the_right_code_will_do(right, said):
    evidence = Evidence(said_code=said, right_code=right)
    if said == right:
        assert check((CODE,), evidence) == (CODE,)
    else:
        with pytest.raises(ProofMismatchError):
            check((CODE,), evidence)


def test_without_a_code_on_record_none_is_right():
    with pytest.raises(ProofMismatchError):
        check((CODE,), Evidence(said_code="1234", right_code=None))


def test_no_guess_is_spent_while_a_picture_is_missing():
    with pytest.raises(ProofRequiredError):
        check((CODE, PHOTO), Evidence(said_code="0000", right_code="1234"))


def test_after_too_many_guesses_even_the_right_code_comes_too_late():
    tried = frozenset(f"{number:04}" for number in range(CODE_TRIES_COUNT_MAX))
    with pytest.raises(ProofAttemptsExhaustedError):
        check((CODE,), Evidence(said_code="1234", right_code="1234", tried_codes=tried))


def test_after_too_many_guesses_at_a_job_nobody_guesses_any_more():
    tried = frozenset(f"{number:04}" for number in range(CODE_TRIES_OF_JOB_COUNT_MAX - 1))
    evidence = Evidence(said_code="0000", right_code="1234", tried_codes_of_job=tried)
    assert not is_last_try(evidence)  # it was said before
    last = replace(evidence, said_code="9999")
    assert is_last_try(last)
    with pytest.raises(ProofMismatchError, match="tries left: 0"):
        check((CODE,), last)
    over = replace(evidence, said_code="1234", tried_codes_of_job=tried | {"9999"})
    with pytest.raises(ProofAttemptsExhaustedError):
        check((CODE,), over)


def test_the_last_guess_is_known_and_the_same_one_again_is_none():
    tried = frozenset(f"{number:04}" for number in range(CODE_TRIES_COUNT_MAX - 1))
    assert is_last_try(Evidence(said_code="9999", tried_codes=tried))
    assert not is_last_try(Evidence(said_code="0000", tried_codes=tried))


def test_a_stop_is_completed_with_its_proofs_and_remembers_them():
    job = make_job(pickup=place_with(PHOTO))
    work = Work(courier=make_courier(), jobs={})
    stop_ids = tuple(stop.id for stop in job.stops)
    work = take(work, [job], stop_ids=stop_ids, bundle_id=None, now=NOW)
    stop = job.latest(StopKind.PICKUP)
    shown = Evidence(pictures=(taken(PHOTO), taken(SIGNATURE)))
    with pytest.raises(InvalidStateTransitionError):  # whoever is not there proves nothing
        complete(work, stop.id, now=NOW, evidence=shown)
    work = arrive(work, stop.id, fix=at(stop), policy=POLICY, now=NOW)
    with pytest.raises(ProofRequiredError):
        complete(work, stop.id, now=NOW)
    done = complete(work, stop.id, now=NOW, evidence=shown).jobs[job.id]
    assert done.latest(StopKind.PICKUP).given_proofs == (PHOTO, SIGNATURE)
    assert done.latest(StopKind.PICKUP).accepted_proofs == (taken(PHOTO), taken(SIGNATURE))
    assert done.latest(StopKind.DROPOFF).given_proofs == ()


def test_a_code_of_the_merchants_makes_sense_where_one_is_asked_for():
    with pytest.raises(InvalidParamsError) as refused:
        make_job(dropoff=place_with(PHOTO, code="1234"))
    assert refused.value.field == "/dropoff/code"
    assert make_request(pickup=place_with(CODE, code="1234")).pickup.code == "1234"


@pytest.mark.parametrize(
    ("kind", "picture", "bytes_count"),
    [
        (PHOTO, sized(8_193, 20), 10),
        (PHOTO, sized(0, 20), 10),
        (PHOTO, sized(20, 15, PictureType.WEBP), 10),
        (SIGNATURE, sized(600, 240), 10),
        (SIGNATURE, sized(2_049, 240, PictureType.PNG), 10),
        (PHOTO, sized(600, 240, PictureType.PNG), BYTES_MAX[PHOTO] + 1),
        (
            SIGNATURE,
            sized(600, 240, PictureType.PNG),
            BYTES_MAX[SIGNATURE] + 1,
        ),
    ],
)
def test_a_picture_beyond_its_bounds_is_refused(kind, picture, bytes_count):
    with pytest.raises(ProofInvalidError):
        check_picture(kind, picture, bytes_count=bytes_count)


def test_a_picture_within_its_bounds_will_do():
    picture = sized(600, 240, PictureType.PNG)
    for kind in (PHOTO, SIGNATURE):
        check_picture(kind, picture, bytes_count=BYTES_MAX[kind])


def test_one_picture_too_many_takes_the_place_of_the_oldest_of_its_kind():
    kinds = [SIGNATURE] + [PHOTO] * (PICTURES_COUNT_MAX - 1)
    kept = [(ProofId(UUID(int=number)), kind) for number, kind in enumerate(kinds, start=1)]
    assert superseded(kept[:-1], PHOTO) is None
    assert superseded(kept, PHOTO) == kept[1][0]
    assert superseded(kept, SIGNATURE) == kept[0][0]
    assert superseded([*kept[1:], kept[1]], SIGNATURE) == kept[1][0]  # none of its kind
