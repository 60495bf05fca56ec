"""What becomes of the offers on a courier's screen."""

from uuid import UUID

import pytest
from app_makers import JOB_ID, NOW, NOW_S, OFFER_ID, PATIENCE_S, accepting, make_offer

from service.domain.ids import JobId, OfferId
from service.simulation.behaviour import Answer, Reply
from service.simulation.clients.offers import RETRYABLE_CODES, Desk
from service.wire.courier_stream import AcceptOffer, Ack, DeclineOffer

REF = str(OFFER_ID)


def make_desk(answer: Answer = Answer.ACCEPT, *, thinking_s: float = 3.0) -> Desk:
    desk = Desk(lambda _: Reply(answer, thinking_s), patience_s=PATIENCE_S)
    put(desk)
    return desk


def put(desk: Desk, **changes: object) -> None:
    desk.put(make_offer(**changes), now_s=NOW_S, heard_at=NOW, shown_s=30.0)


@pytest.fixture
def accepted() -> Desk:
    """A desk whose only offer was acknowledged and accepted."""
    desk = make_desk()
    desk.say(now_s=NOW_S + 3.0)
    return desk


def test_an_offer_is_acknowledged_at_once_and_accepted_after_a_thought() -> None:
    desk = make_desk()
    assert desk.wakes_s() <= NOW_S
    assert desk.say(now_s=NOW_S) == [Ack(offer_id=OFFER_ID)]
    assert desk.wakes_s() == NOW_S + 3.0
    assert desk.say(now_s=NOW_S + 2.9) == []
    assert desk.say(now_s=NOW_S + 3.0) == [AcceptOffer(offer_id=OFFER_ID, ref=REF)]
    assert desk.say(now_s=NOW_S + 9.0) == []


def test_a_declined_offer_leaves_the_screen() -> None:
    desk = make_desk(Answer.DECLINE)
    assert DeclineOffer(offer_id=OFFER_ID, ref=REF) in desk.say(now_s=NOW_S + 3.0)
    assert desk.is_empty


def test_an_ignored_offer_is_acknowledged_and_never_answered() -> None:
    desk = make_desk(Answer.IGNORE)
    assert desk.say(now_s=NOW_S + 1_000.0) == [Ack(offer_id=OFFER_ID)]
    assert not desk.seen[OFFER_ID].is_accepted


def test_nobody_accepts_after_the_time_shown() -> None:
    desk = make_desk(thinking_s=31.0)
    assert desk.say(now_s=NOW_S + 31.0) == [Ack(offer_id=OFFER_ID)]


def test_an_offer_told_twice_is_thought_about_once() -> None:
    desk = make_desk()
    first = desk.seen[OFFER_ID]
    put(desk)
    assert desk.seen[OFFER_ID] is first


def test_a_revoked_offer_is_not_answered() -> None:
    desk = make_desk()
    desk.revoke(OFFER_ID, reason="canceled")
    assert desk.say(now_s=NOW_S + 3.0) == []
    assert desk.seen[OFFER_ID].revoked == "canceled"


def test_an_acceptance_is_carried_out_when_its_jobs_are_in_hand(accepted: Desk) -> None:
    accepted.assign({JOB_ID})
    assert accepted.seen[OFFER_ID].is_assigned
    assert accepted.is_empty


def test_an_offer_not_accepted_is_not_the_one_carried_out() -> None:
    desk = make_desk()
    desk.assign({JOB_ID})
    assert not desk.seen[OFFER_ID].is_assigned


def test_jobs_of_others_do_not_carry_an_offer_out(accepted: Desk) -> None:
    accepted.assign({JobId(UUID(int=77))})
    assert not accepted.seen[OFFER_ID].is_assigned


def test_a_refusal_is_for_good(accepted: Desk) -> None:
    assert accepted.refuse(OFFER_ID, code="offer_expired", now_s=NOW_S + 4.0)
    accepted.assign({JOB_ID})
    seen = accepted.seen[OFFER_ID]
    assert (seen.refusal, seen.is_assigned) == ("offer_expired", False)


@pytest.mark.parametrize("code", sorted(RETRYABLE_CODES))
def test_an_acceptance_is_sent_again_when_the_service_could_not_say(
    accepted: Desk, code: str
) -> None:
    accepted.refuse(OFFER_ID, code=code, now_s=NOW_S + 4.0)
    assert accepted.say(now_s=NOW_S + 4.0) == []
    again = accepted.say(now_s=NOW_S + 4.0 + PATIENCE_S)
    assert again == [AcceptOffer(offer_id=OFFER_ID, ref=REF)]


def test_what_may_have_been_lost_is_sent_again_on_a_new_connection(accepted: Desk) -> None:
    accepted.begin_again(now_s=NOW_S + 5.0)
    assert accepted.say(now_s=NOW_S + 5.0) == [
        Ack(offer_id=OFFER_ID),
        AcceptOffer(offer_id=OFFER_ID, ref=REF),
    ]


def test_a_refusal_of_something_else_is_not_the_desk_s(accepted: Desk) -> None:
    assert not accepted.refuse(OfferId(UUID(int=5)), code="not_found", now_s=NOW_S)


def test_an_empty_desk_waits_for_nothing() -> None:
    assert Desk(accepting, patience_s=PATIENCE_S).wakes_s() == float("inf")
