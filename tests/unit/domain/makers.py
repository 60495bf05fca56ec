"""Makers of plain values: every field has a sensible default, a test names what matters to it."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from service.domain.courier import Courier
from service.domain.facts import FactType
from service.domain.geo import Point
from service.domain.job import JobIds, JobRequest, PlaceRequest, post, tell
from service.domain.lifecycle import AccountStatus, CourierStatus, OfferMode, OfferStatus
from service.domain.market import Market
from service.domain.offer import Offer
from service.domain.policy import Policy
from service.domain.pricing import Pay
from service.domain.vocabulary import Actor, SizeClass, Vehicle

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
MERCHANT = UUID(int=7)
ANNA, BEN = UUID(int=1), UUID(int=2)
GRABEN, NASCHMARKT = Point(48.2089, 16.3697), Point(48.1985, 16.3629)


def make_market(**changes):
    values = {
        "id": "vienna",
        "name": "Vienna",
        "currency": "EUR",
        "timezone": "Europe/Vienna",
        "center_lat_deg": 48.2082,
        "center_lng_deg": 16.3738,
        "service_radius_m": 15_000.0,
        "is_paused": False,
        "policy_version": 1,
        "policy": Policy(),
    }
    return Market(**(values | changes))


def place(point):
    return PlaceRequest(
        point=point, address="Graben 1", contact_name=None, contact_phone=None, instructions=None
    )


def make_request(**changes):
    values = {
        "pickup": place(GRABEN),
        "dropoff": place(NASCHMARKT),
        "size_class": SizeClass.MEDIUM,
        "weight_g": 2_000,
        "items_count": 1,
        "requirements": (),
        "vehicles": None,
        "reference": None,
        "ready_at": None,
        "due_at": None,
        "fee_cents": None,
    }
    return JobRequest(**(values | changes))


def make_job(number=1, *, market=None, now=NOW, **changes):
    """Return a job as `post_job` leaves it: created and opened."""
    ids = JobIds(*(UUID(int=1_000 * number + kind) for kind in (0, 1, 2)))
    job = post(
        make_request(**changes),
        ids=ids,
        market=market or make_market(),
        merchant_id=MERCHANT,
        now=now,
    )
    for type_ in (FactType.JOB_CREATED, FactType.JOB_OPENED):
        job, _ = tell(job, type_, actor=Actor.MERCHANT, now=now)
    return job


def make_courier(**changes):
    values = {
        "id": ANNA,
        "market_id": "vienna",
        "name": "Anna",
        "status": CourierStatus.ONLINE,
        "account_status": AccountStatus.ACTIVE,
        "version": 1,
        "vehicle": Vehicle.BIKE,
        "abilities": (),
        "capacity_weight_g": 16_000,
        "capacity_volume_l": 60,
        "capacity_jobs_count": 6,
        "load_weight_g": 0,
        "load_volume_l": 0,
        "load_jobs_count": 0,
        "live_jobs_count": 0,
        "shift_ends_at": NOW + timedelta(hours=4),
        "status_changed_at": NOW,
        "suspension_reason": None,
        "suspended_until": None,
    }
    return Courier(**(values | changes))


def make_offer(**changes):
    values = {
        "id": UUID(int=50),
        "market_id": "vienna",
        "courier_id": ANNA,
        "bundle_id": None,
        "status": OfferStatus.SEEN,
        "mode": OfferMode.EXCLUSIVE,
        "job_ids": (UUID(int=1_000),),
        "stop_ids": (UUID(int=1_001), UUID(int=1_002)),
        "legs": (),
        "pay": Pay(base_cents=250, distance_cents=100, total_cents=350, currency="EUR"),
        "created_at": NOW,
        "sent_at": NOW,
        "acknowledged_at": NOW,
        "seen_at": NOW,
        "answered_at": None,
        "expires_at": NOW + timedelta(seconds=30),
        "ttl_s": 31.5,
        "answer": None,
        "policy_version": 1,
        "dispatch_epoch": 1,
        "tick_id": 1,
    }
    return Offer(**(values | changes))


@pytest.fixture
def market():
    return make_market()
