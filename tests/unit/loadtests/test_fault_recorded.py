"""The history of a courier whose connections break: each acceptance ends, and none is invented."""

import pytest

from loadtests.faults.history import History, operations
from loadtests.faults.recorded import ACCEPT, RecordedApp
from service.domain.lifecycle import CourierStatus
from service.wire.courier_stream import Done, OfferRevoked
from tests.unit.simulation.clients.app_makers import (
    NOW,
    NOW_S,
    OFFER_ID,
    make_assignment,
    make_hello,
    make_offer,
    make_stop,
    make_traits,
    notice,
    recovered,
)


class Phone:
    """A courier who takes every offer at once, with the history of it."""

    def __init__(self, history):
        self._history = history
        self._app = RecordedApp(make_traits(), history, "courier:1")
        self.hears(make_hello(), recovered())
        self._app.begin_shift(ends_s=NOW_S + 3_600.0, now_s=NOW_S)
        self.hears(notice(CourierStatus.ONLINE), make_offer())
        self.says()

    def hears(self, *messages):
        for message in messages:
            self._app.hear(message, now_s=NOW_S, heard_at=NOW)

    def says(self):
        return self._app.say(now_s=NOW_S + 10.0)

    def outcomes(self):
        return [each.outcome for each in operations(self._history.events) if each.what == ACCEPT]


@pytest.fixture
def phone(tmp_path):
    with History(tmp_path / "history.jsonl") as history:
        yield Phone(history)


TOLD = {
    "whose jobs are in hand": make_assignment(make_stop(), seq=2),
    "that was revoked": OfferRevoked(seq=2, offer_id=OFFER_ID, reason="expired"),
}


@pytest.mark.parametrize("told", TOLD.values(), ids=TOLD)
def test_an_acceptance_is_over_when_the_next_connection_tells_what_came_of_it(phone, told):
    phone.hears(recovered(), told)
    phone.says()
    assert phone.outcomes() == ["unknown"]


@pytest.mark.parametrize("told", TOLD.values(), ids=TOLD)
def test_on_the_connection_on_which_it_was_said_the_answer_comes_all_the_same(phone, told):
    phone.hears(told)
    assert phone.outcomes() == [None]
    phone.hears(Done(ref=str(OFFER_ID)))
    assert phone.outcomes() == ["ok"]


@pytest.mark.parametrize("told", TOLD.values(), ids=TOLD)
def test_an_acceptance_that_was_said_again_has_an_answer(phone, told):
    phone.hears(recovered())
    phone.says()
    phone.hears(told)
    assert phone.outcomes() == [None]
    phone.hears(Done(ref=str(OFFER_ID)))
    assert phone.outcomes() == ["ok"]


def test_an_acceptance_of_which_nothing_is_told_stays_open(phone):
    phone.hears(recovered())
    assert phone.outcomes() == [None]
