"""Who is told where to wait, and who is left in peace."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from service.dispatch.arrays import arrange
from service.dispatch.decide import plan
from service.dispatch.hints import TOLD_EVERY, Hinted, Hinter, due, remembered
from service.dispatch.params import params_of
from service.dispatch.rows import DemandPlace
from service.dispatch.travel import StraightLine
from service.domain.policy import Policy
from tests.unit.dispatch.makers import make_gathered, make_open_job, make_seen, make_stop
from tests.unit.domain.makers import ANNA, GRABEN, NOW, make_market

HOLDS = timedelta(minutes=20)
BUSY_CELL = DemandPlace(GRABEN.lat_deg, GRABEN.lng_deg, 30.0)
NEXT_CELL = DemandPlace(GRABEN.lat_deg + 0.008, GRABEN.lng_deg, 30.0)
FAR_CELL = DemandPlace(GRABEN.lat_deg + 0.04, GRABEN.lng_deg, 30.0)


def hints_on(couriers, *, jobs=(), demand=(BUSY_CELL,)):
    market = make_market()
    gathered = make_gathered(jobs, couriers, demand=demand)
    params = params_of(market.policy, tick_s=1.0)
    decided = plan(
        arrange(gathered, market.policy), market, params=params, travel=StraightLine(market.policy)
    )
    return decided.hints


def hinted(place=BUSY_CELL):
    return (Hinted(courier_id=ANNA, place=place),)


def told(place=BUSY_CELL, couriers=()):
    return remembered({}, hinted(place), couriers, holds=HOLDS, now=NOW)


def test_an_idle_courier_is_told_where_jobs_are_expected():
    (hint,) = hints_on([make_seen(1, north_m=1_200.0)])
    assert (hint.courier_id, hint.place) == (ANNA, BUSY_CELL)


def test_who_is_there_already_or_at_work_is_told_nothing():
    there = make_seen(1)
    at_work = make_seen(2, north_m=1_200.0, route=(make_stop(),), live_jobs_count=1)
    assert hints_on([there]) == ()
    assert hints_on([at_work]) == ()


def test_who_is_offered_a_job_is_told_nothing_else():
    assert hints_on([make_seen(1, north_m=1_200.0)], jobs=[make_open_job()]) == ()


def test_nobody_is_told_where_nothing_is_expected():
    assert hints_on([make_seen(1, north_m=1_200.0)], demand=()) == ()


@pytest.mark.parametrize(
    ("place", "later", "is_told"),
    [
        (FAR_CELL, TOLD_EVERY - timedelta(seconds=1), False),  # too soon, whatever it is
        (FAR_CELL, TOLD_EVERY, True),
        (BUSY_CELL, TOLD_EVERY, False),  # the same again
        (NEXT_CELL, TOLD_EVERY, False),  # just beside it
        (NEXT_CELL, HOLDS, True),  # the last one has run out
    ],
)
def test_a_courier_is_told_again_only_what_is_news(place, later, is_told):
    new = due(hinted(place), told(), holds=HOLDS, now=NOW + later)
    assert new == (hinted(place) if is_told else ())


def test_work_in_between_makes_every_hint_news():
    at_work = make_seen(1, route=(make_stop(),), live_jobs_count=1)
    later = NOW + TOLD_EVERY
    after = remembered(told(), (), [at_work], holds=HOLDS, now=later)
    assert due(hinted(), after, holds=HOLDS, now=later) == hinted()


def test_what_no_longer_holds_is_forgotten():
    assert remembered(told(), (), (), holds=HOLDS, now=NOW + HOLDS) == {}


def test_hints_are_looked_for_now_and_then_and_not_where_the_policy_gives_none():
    hinter, market = Hinter(), make_market()
    assert hinter.looks(market, NOW)
    assert not hinter.looks(market, NOW + timedelta(seconds=19))
    assert hinter.looks(market, NOW + timedelta(seconds=20))
    silent = make_market(policy=replace(Policy(), gives_hints=False))
    assert not hinter.looks(silent, NOW + timedelta(hours=1))
