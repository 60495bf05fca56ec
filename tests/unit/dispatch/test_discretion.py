"""Of couriers without a job a recorded tick has the cells, and what is beside it the places."""

import pytest

from service.dispatch.discretion import coarse, exact, pack_places
from service.dispatch.recording import UnreadableTickError, Ways, record_of
from service.domain.geo import Point, distance_m
from tests.unit.dispatch.makers import make_gathered, make_open_job, make_seen


def recorded(couriers):
    """Return a tick of these couriers as it is recorded."""
    gathered = coarse(make_gathered([make_open_job(1)], couriers))
    return record_of(gathered, tick_s=1.0, left_out=(), ways=Ways(), proposals=())


def test_who_has_a_job_is_recorded_where_they_were_and_others_in_their_cell():
    at_work, idle = make_seen(1, live_jobs_count=1), make_seen(2)
    first, second = recorded([at_work, idle]).gathered.couriers
    assert first == at_work
    assert (second.entry, second.fix.received_at_ms) == (idle.entry, idle.fix.received_at_ms)
    there = Point(second.fix.lat_deg, second.fix.lng_deg)
    assert 0.0 < distance_m(idle.place, there) < 250.0


def test_two_idle_couriers_of_one_cell_cannot_be_told_apart_by_place():
    near = [make_seen(number, north_m=10.0 * number) for number in (1, 2)]
    assert len({one.place for one in recorded(near).gathered.couriers}) == 1


def test_with_the_places_beside_it_everybody_is_where_they_were():
    couriers = [make_seen(1), make_seen(2, live_jobs_count=1), make_seen(3, north_m=40.0)]
    gathered = make_gathered([make_open_job(1)], couriers)
    assert exact(recorded(couriers), pack_places(gathered)).gathered == gathered


@pytest.mark.parametrize("places", [b"", b"no places", pack_places(make_gathered())])
def test_what_are_not_the_places_of_its_couriers_is_refused(places):
    with pytest.raises(UnreadableTickError):
        exact(recorded([make_seen(1)]), places)
