"""The field's metrics, on values worked out by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.simulation.metrics import FinishedJob, Metrics, measure, percentile

JOBS = [
    FinishedJob(
        placed_s=0.0,
        ready_s=600.0,
        offered_s=2.0,
        picked_up_s=660.0,
        delivered_s=1_200.0,
        courier="ana",
        offers_count=1,
        bundle="x",
        distance_m=1_500.0,
    ),
    FinishedJob(
        placed_s=60.0,
        ready_s=600.0,
        offered_s=66.0,
        picked_up_s=780.0,
        delivered_s=1_860.0,
        courier="ana",
        offers_count=3,
        bundle="x",
        distance_m=500.0,
    ),
    FinishedJob(
        placed_s=100.0,
        ready_s=100.0,
        offered_s=101.0,
        picked_up_s=400.0,
        delivered_s=700.0,
        courier="bo",
        offers_count=1,
    ),
    FinishedJob(placed_s=200.0, ready_s=200.0, offers_count=1, offered_s=203.0),
]


def test_a_day_worked_out_by_hand() -> None:
    metrics = measure(JOBS, courier_hours=2.0)
    assert (metrics.jobs_count, metrics.undelivered_count) == (4, 1)
    assert metrics.undelivered_pct == 25.0
    # 20, 30 and 10 minutes to the door; 1, 3 and 5 from ready to pickup; 2, 6, 1, 3 s to an offer.
    assert metrics.click_to_door_mean_minutes == pytest.approx(20.0)
    assert metrics.click_to_door_p90_minutes == pytest.approx(28.0)
    assert metrics.ready_to_pickup_mean_minutes == pytest.approx(3.0)
    assert metrics.ready_to_pickup_p90_minutes == pytest.approx(4.6)
    assert metrics.post_to_offer_mean_s == pytest.approx(3.0)
    assert metrics.post_to_offer_p90_s == pytest.approx(5.1)
    assert metrics.jobs_per_bundle == pytest.approx(3 / 2)
    assert metrics.offers_per_job == pytest.approx(6 / 4)
    assert metrics.jobs_per_courier_hour == pytest.approx(3 / 2)
    assert metrics.distance_km == pytest.approx(2.0)
    assert metrics.distance_km_per_job == pytest.approx(2.0 / 3)


def test_what_couriers_drove_counts_where_it_is_known() -> None:
    metrics = measure(JOBS, courier_hours=2.0, distance_m=6_000.0)
    assert metrics.distance_km == pytest.approx(6.0)
    assert metrics.distance_km_per_job == pytest.approx(2.0)


def test_nothing_is_said_about_what_did_not_happen() -> None:
    metrics = measure([FinishedJob(placed_s=0.0, ready_s=0.0)], courier_hours=0.0)
    assert metrics == Metrics(
        jobs_count=1,
        undelivered_count=1,
        undelivered_pct=100.0,
        click_to_door_mean_minutes=None,
        click_to_door_p90_minutes=None,
        ready_to_pickup_mean_minutes=None,
        ready_to_pickup_p90_minutes=None,
        post_to_offer_mean_s=None,
        post_to_offer_p90_s=None,
        jobs_per_bundle=None,
        offers_per_job=0.0,
        jobs_per_courier_hour=None,
        distance_km=None,
        distance_km_per_job=None,
    )
    assert measure([], courier_hours=1.0).undelivered_pct is None


def test_percentiles_are_interpolated_between_ranks() -> None:
    assert percentile([10.0, 40.0, 20.0, 30.0], share=0.5) == 25.0
    assert percentile([10.0, 40.0, 20.0, 30.0], share=0.9) == pytest.approx(37.0)
    assert percentile([], share=0.9) is None


@given(st.lists(st.floats(-1e6, 1e6), min_size=1), st.floats(0.0, 1.0))
def test_a_percentile_lies_between_the_extremes(values: list[float], share: float) -> None:
    value = percentile(values, share=share)
    assert value is not None
    assert min(values) - 1e-6 <= value <= max(values) + 1e-6
