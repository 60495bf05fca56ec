"""What follows from a call."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import msgspec

from service.domain.vocabulary import AttemptOutcome, DeliveryStatus, DisabledReason
from service.domain.webhook import Attempted, Health
from service.store.webhook_lanes import HeldLane
from service.webhooks.finishing import end

NOW = datetime(2026, 11, 22, 8, 0, 0, tzinfo=UTC)
URL = "https://shop.example/hooks"
LANE = HeldLane(
    endpoint_id=uuid4(),
    market_id="vienna",
    merchant_id=uuid4(),
    url=URL,
    disabled_reason=None,
    failures_count=30,
    failing_since=NOW - timedelta(days=6),
    failed_at=NOW - timedelta(hours=1),
    rest_until=None,
    attempts_count=2,
    faults_count=2,
    now=NOW,
)
REFUSED = Attempted(outcome=AttemptOutcome.REFUSED, duration_ms=1, status_code=500)
GONE = Attempted(outcome=AttemptOutcome.GONE, duration_ms=1, status_code=410)
DELIVERED = Attempted(outcome=AttemptOutcome.DELIVERED, duration_ms=1, status_code=200)
FAULT = Attempted(outcome=AttemptOutcome.INTERNAL, duration_ms=1)


def test_a_call_judges_its_event_and_its_endpoint():
    ending = end(LANE, REFUSED, url=URL, jitter=0.0)
    assert ending.verdict.status is DeliveryStatus.PENDING
    assert ending.health.failures_count == 31
    assert ending.disabled_reason is DisabledReason.FAILING
    assert end(LANE, DELIVERED, url=URL, jitter=0.0).health == Health()


def test_what_another_url_answered_judges_the_event_alone():
    for attempted in (REFUSED, GONE):
        ending = end(LANE, attempted, url=URL + "/before", jitter=0.0)
        assert (ending.health, ending.disabled_reason) == (LANE.health, None)
        assert ending.verdict.delay_s == 1_800.0


def test_a_fault_of_ours_judges_the_event_alone():
    ending = end(LANE, FAULT, url=URL, jitter=0.0)
    assert (ending.health, ending.disabled_reason) == (LANE.health, None)
    assert ending.verdict.status is DeliveryStatus.DEAD


def test_an_endpoint_that_is_off_stays_so_for_the_reason_that_it_has():
    off = msgspec.structs.replace(LANE, disabled_reason=DisabledReason.MERCHANT)
    assert end(off, GONE, url=URL, jitter=0.0).disabled_reason is DisabledReason.MERCHANT
