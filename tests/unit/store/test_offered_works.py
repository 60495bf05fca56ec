"""What is made of the rows that one statement could hold for a courier's answer."""

from uuid import UUID

import pytest

from service.domain.errors import LockContentionError
from service.store.offered_works import OfferedWork, opened_of
from service.store.offers import HeldAnswer
from tests.unit.domain.makers import ANNA, NOW, make_courier, make_job, make_offer

OFFERED, IN_HAND = make_job(1), make_job(2)
READ = {job.id: job for job in (OFFERED, IN_HAND)}


def make_held(**changes):
    values = {
        "courier_id": ANNA,
        "version": 1,
        "job_ids": (IN_HAND.id,),
        "offered_job_ids": (OFFERED.id,),
        "held_job_ids": (OFFERED.id, IN_HAND.id),
        "offer": make_offer(job_ids=(OFFERED.id,)),
        "courier": make_courier(version=1),
        "now": NOW,
    }
    return HeldAnswer(**(values | changes))


def test_what_is_in_hand_and_what_is_offered_are_opened_apart():
    held = make_held()
    found = opened_of(held, READ)
    assert isinstance(found, OfferedWork)
    assert found.opened.work.courier is held.courier
    assert found.opened.work.jobs == {IN_HAND.id: IN_HAND}
    assert found.opened.asked == {OFFERED.id: OFFERED}
    assert (found.opened.offer, found.now) == (held.offer, NOW)


def test_a_job_that_was_taken_before_is_in_hand_and_not_asked_for():
    found = opened_of(make_held(job_ids=(OFFERED.id,), held_job_ids=(OFFERED.id,)), READ)
    assert isinstance(found, OfferedWork)
    assert (found.opened.work.jobs, found.opened.asked) == ({OFFERED.id: OFFERED}, {})


@pytest.mark.parametrize(
    "changes",
    [
        {"held_job_ids": (OFFERED.id,)},  # somebody has the job in hand
        {"held_job_ids": (IN_HAND.id,)},  # or the one that is offered
        {"held_job_ids": ()},
        {"offer": None},
        {"courier": None},
        {"courier": make_courier(version=2)},  # took or lost a job since the jobs were listed
        {"job_ids": (IN_HAND.id, UUID(int=9))},
    ],
)
def test_what_is_not_held_whole_or_has_changed_is_left_to_its_own_turn(changes):
    assert isinstance(opened_of(make_held(**changes), READ), LockContentionError)
