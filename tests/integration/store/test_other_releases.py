"""What a newer release has written stops no older one: it is counted, and shown by its name."""

import pytest

from service.api.present import event_page
from service.api.present_ops import ops_event_page
from service.domain.vocabulary import ExceptionKind
from service.metrics import REGISTRY
from service.relay.lag import OTHER_KIND, count_exceptions
from service.store import exceptions, facts
from tests.integration.actions.conftest import people, post  # noqa: F401  # found by name

NEWER = "ALTER TYPE exception_kind ADD VALUE 'gone_sour'"
OPEN = """
INSERT INTO exception (id, market_id, kind, severity, opened_at)
VALUES (gen_random_uuid(), 'vienna', $1::text::exception_kind, 'warning', now())
"""


@pytest.fixture
def timeline(runtime):
    async def read(job_id):
        async with runtime.pool.connection() as conn:
            return await facts.list_facts_of_job(
                conn, job_id=job_id, after_sequence=0, limit_count=10
            )

    return read


async def test_exceptions_of_kinds_that_are_not_known_are_counted_as_others(runtime, market, conn):
    await conn.execute(NEWER)
    for kind in ("index_drift", "gone_sour"):
        await conn.execute(OPEN, kind)
    found = {one.kind: one.open_count for one in await exceptions.count_open(conn)}
    assert found == {"gone_sour": 1, ExceptionKind.INDEX_DRIFT: 1}
    await count_exceptions(runtime)
    labels = {"market": "vienna", "kind": OTHER_KIND}
    assert REGISTRY.get_sample_value("hexhaul_exceptions_open_count", labels) == 1.0


async def test_a_fact_of_a_type_that_is_not_known_is_shown_with_its_job(conn, post, timeline):  # noqa: F811
    job_id = await post()
    await conn.execute("UPDATE fact SET type = 'job.teleported' WHERE sequence = 1")
    page = event_page(await timeline(job_id), limit_count=10, livemode=False)
    assert [event.type for event in page.events] == ["job.teleported", "job.opened"]
    assert [event.data.id for event in page.events] == [job_id, job_id]


async def test_a_fact_that_cannot_be_read_is_shown_by_its_name(conn, post, timeline):  # noqa: F811
    job_id = await post()
    await conn.execute("UPDATE fact SET body = body - 'fee_cents' WHERE sequence = 2")
    found = await timeline(job_id)
    for page in (
        event_page(found, limit_count=10, livemode=False),
        ops_event_page(found, limit_count=10),
    ):
        assert [event.data is None for event in page.events] == [False, True]
        assert page.events[1].type == "job.opened"
