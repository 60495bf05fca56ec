from datetime import timedelta

import pytest
from makers import ANNA, BEN, NOW, make_courier, make_job, make_offer

from service.domain.errors import (
    AlreadyAssignedError,
    CourierSuspendedError,
    InvalidStateTransitionError,
    NotFoundError,
    OfferExpiredError,
    OfferRevokedError,
    OfferTakenError,
)
from service.domain.lifecycle import AccountStatus, CourierStatus, OfferMode, OfferStatus
from service.domain.offer import (
    accept,
    acknowledge,
    decline,
    expire,
    make,
    revoke,
    shown_s,
    unseen_until,
)
from service.domain.policy import Policy

LATER = NOW + timedelta(seconds=29.9)
TOO_LATE = NOW + timedelta(seconds=30)


def test_the_last_instant_is_too_late():
    with pytest.raises(OfferExpiredError):
        accept(make_offer(), by=ANNA, now=TOO_LATE)


def test_just_before_is_in_time():
    assert accept(make_offer(), by=ANNA, now=LATER).status is OfferStatus.ACCEPTED


def test_a_repeated_acceptance_changes_nothing_however_late():
    offer = make_offer(status=OfferStatus.ACCEPTED)
    assert accept(offer, by=ANNA, now=TOO_LATE) is offer


def test_a_repeated_decline_changes_nothing():
    offer = make_offer(status=OfferStatus.DECLINED)
    assert decline(offer, by=ANNA, answer="", now=TOO_LATE) is offer


@pytest.mark.parametrize("answer", [accept, lambda o, **k: decline(o, answer="", **k)])
def test_only_the_addressee_may_answer(answer):
    with pytest.raises(NotFoundError):
        answer(make_offer(), by=BEN, now=NOW)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (OfferStatus.DECLINED, OfferTakenError),
        (OfferStatus.EXPIRED, OfferExpiredError),
        (OfferStatus.UNREACHABLE, OfferExpiredError),
        (OfferStatus.REVOKED, OfferRevokedError),
    ],
)
def test_an_offer_that_was_closed_cannot_be_accepted(status, error):
    with pytest.raises(error):
        accept(make_offer(status=status), by=ANNA, now=NOW)


def test_the_time_to_answer_counts_from_the_acknowledgement():
    pending = make_offer(status=OfferStatus.PENDING, acknowledged_at=None, seen_at=None)
    seen_at = NOW + timedelta(seconds=9)
    seen = acknowledge(pending, by=ANNA, is_shown=True, now=seen_at)
    assert (seen.status, seen.seen_at) == (OfferStatus.SEEN, seen_at)
    assert seen.expires_at - seen_at == timedelta(seconds=31.5)


def test_a_second_acknowledgement_gives_no_more_time():
    seen = make_offer()
    assert acknowledge(seen, by=ANNA, is_shown=True, now=LATER) is seen


def test_an_offer_in_the_background_is_seen_later_and_gets_no_more_time():
    pending = make_offer(status=OfferStatus.PENDING, acknowledged_at=None, seen_at=None)
    there = acknowledge(pending, by=ANNA, is_shown=False, now=NOW)
    assert (there.acknowledged_at, there.seen_at) == (NOW, None)
    seen = acknowledge(there, by=ANNA, is_shown=True, now=LATER)
    assert (seen.seen_at, seen.expires_at) == (LATER, there.expires_at)


def test_an_acknowledgement_after_the_deadline_comes_too_late():
    pending = make_offer(status=OfferStatus.PENDING)
    assert acknowledge(pending, by=ANNA, is_shown=True, now=TOO_LATE) is pending


@pytest.mark.parametrize(
    ("before", "after"),
    [(OfferStatus.PENDING, OfferStatus.UNREACHABLE), (OfferStatus.SEEN, OfferStatus.EXPIRED)],
)
def test_silence_before_and_after_the_acknowledgement_are_told_apart(before, after):
    assert expire(make_offer(status=before), now=TOO_LATE).status is after


def test_an_offer_in_time_does_not_expire():
    offer = make_offer()
    assert expire(offer, now=LATER) is offer


def test_an_answered_offer_cannot_be_revoked():
    offer = make_offer(status=OfferStatus.ACCEPTED)
    assert revoke(offer, answer="canceled", now=NOW) is offer


def test_the_deadline_shown_is_earlier_than_the_one_enforced():
    offer = make_offer(expires_at=NOW + timedelta(seconds=31.5))
    assert shown_s(offer, policy=Policy(), now=NOW) == 30.0
    assert shown_s(offer, policy=Policy(), now=TOO_LATE) == 0.0


def made(courier, *jobs):
    return make(
        offer_id=make_offer().id,
        bundle_id=None,
        mode=OfferMode.EXCLUSIVE,
        courier=courier,
        jobs=jobs,
        legs=(),
        stop_ids=(),
        policy=Policy(),
        policy_version=1,
        dispatch_epoch=1,
        tick_id=1,
        now=NOW,
    )


def test_the_parts_of_the_pay_add_up():
    pay = made(make_courier(), make_job(1), make_job(2)).pay
    parts = pay.base_cents + pay.distance_cents + pay.wait_cents + pay.surge_cents + pay.tip_cents
    assert parts == pay.total_cents > 0


def test_an_unseen_offer_expires_by_itself():
    assert made(make_courier(), make_job()).expires_at == unseen_until(Policy(), now=NOW)


def test_a_job_under_another_offer_is_not_offered():
    from msgspec.structs import replace

    with pytest.raises(AlreadyAssignedError):
        made(make_courier(), replace(make_job(), offer_id=BEN))


def test_a_courier_who_is_paused_gets_no_offer():
    with pytest.raises(InvalidStateTransitionError):
        made(make_courier(status=CourierStatus.PAUSED), make_job())


def test_a_suspended_courier_gets_no_offer():
    with pytest.raises(CourierSuspendedError):
        made(make_courier(account_status=AccountStatus.SUSPENDED), make_job())
