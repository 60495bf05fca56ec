"""What Postgres itself refuses, whoever asks: the second line behind the actions."""

import asyncpg
import pytest

COPY_OF_ASSIGNMENT = """
INSERT INTO assignment (id, job_id, courier_id, offer_id, started_at, ended_at)
SELECT gen_random_uuid(), job_id, courier_id, offer_id, started_at, ended_at FROM assignment
"""


async def test_a_job_is_in_the_hands_of_one_courier(conn, accepted):
    await accepted()
    await conn.execute("ALTER TABLE assignment DROP CONSTRAINT assignment_no_overlap")
    with pytest.raises(asyncpg.UniqueViolationError) as refused:
        await conn.execute(COPY_OF_ASSIGNMENT)
    assert refused.value.constraint_name == "assignment_one_active"


async def test_a_job_never_was_in_the_hands_of_two_at_once(conn, accepted):
    await accepted()
    await conn.execute("UPDATE assignment SET ended_at = started_at + interval '1 h'")
    with pytest.raises(asyncpg.ExclusionViolationError) as refused:
        await conn.execute(COPY_OF_ASSIGNMENT)
    assert refused.value.constraint_name == "assignment_no_overlap"


async def test_a_courier_has_one_offer_to_answer(conn, made):
    with pytest.raises(asyncpg.UniqueViolationError) as refused:
        await conn.execute("UPDATE offer SET courier_id = $1", made[0].courier_id)
    assert refused.value.constraint_name == "offer_one_open_of_courier"


async def test_a_fact_of_a_job_has_a_number_of_its_own(conn, post):
    await post()
    with pytest.raises(asyncpg.UniqueViolationError) as refused:
        await conn.execute("UPDATE fact SET sequence = 1")
    assert refused.value.constraint_name == "fact_of_job"


@pytest.mark.parametrize(
    "change",
    [
        "load_weight_g = capacity_weight_g + 1",
        "load_volume_l = capacity_volume_l + 1",
        "load_jobs_count = capacity_jobs_count + 1",
        "load_weight_g = -1",
        "live_jobs_count = -1",
    ],
)
async def test_a_courier_carries_neither_too_much_nor_less_than_nothing(conn, online, change):
    with pytest.raises(asyncpg.CheckViolationError) as refused:
        await conn.execute(f"UPDATE courier SET {change}")  # noqa: S608  # from the list above
    assert refused.value.constraint_name == "courier_not_overloaded"


async def test_a_job_is_under_an_offer_only_while_it_is_open(conn, made):
    with pytest.raises(asyncpg.CheckViolationError) as refused:
        await conn.execute("UPDATE job SET status = 'canceled', ended_at = now()")
    assert refused.value.constraint_name == "job_offered_only_while_open"
