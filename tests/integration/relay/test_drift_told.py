"""What differed in the index is told sooner or later, whatever fails on the way."""

import pytest

from service.domain import trouble
from service.domain.errors import UnavailableError
from service.domain.vocabulary import ExceptionKind

REFUSE = """
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'not now' USING ERRCODE = '%s'; END $$;
CREATE TRIGGER refuse BEFORE INSERT ON exception FOR EACH ROW EXECUTE FUNCTION refuse();
"""
ALLOW = "DROP TRIGGER refuse ON exception; DROP FUNCTION refuse()"
UNAVAILABLE, BROKEN = "57P01", "P0001"


@pytest.mark.parametrize("sqlstate", [UNAVAILABLE, BROKEN])
async def test_a_drift_that_could_not_be_written_is_told_at_a_later_look(
    conn, lookout, drift, listed, sqlstate
):
    drift[0] = 120
    await conn.execute(REFUSE % sqlstate)
    try:
        await lookout.look(1)
    except UnavailableError:
        assert sqlstate == UNAVAILABLE
    assert await listed() == []
    await conn.execute(ALLOW)
    await lookout.look(1)
    (told,) = await listed()
    assert (told.kind, told.severity) == (ExceptionKind.INDEX_DRIFT, "critical")


async def test_a_drift_that_is_told_is_told_once(lookout, drift, later, listed):
    drift[0] = 1
    for _ in range(2):
        await lookout.look(1)
        await later(61)
    await lookout.look(1)
    assert await listed() == []


async def test_a_drift_for_which_there_is_no_room_waits_for_it(lookout, drift, listed, monkeypatch):
    monkeypatch.setattr(trouble, "OPENED_COUNT_MAX", 0)
    drift[0] = 1
    await lookout.look(1)
    assert await listed() == []
    monkeypatch.setattr(trouble, "OPENED_COUNT_MAX", 1)
    await lookout.look(1)
    assert len(await listed()) == 1
