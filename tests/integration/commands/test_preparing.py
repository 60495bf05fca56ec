"""A database made ready, by the commands that README names; and one that comes from a backup."""

import asyncio
import itertools
from datetime import UTC, datetime

import asyncpg
import msgspec
import pytest

from service.actions.check_recipient_keys import check_recipient_keys
from service.domain.sealing import KeyChain, MonthKey, check_text, moved_on
from service.runtime import open_runtime
from service.settings import UnfitError
from service.store.leadership import Leadership
from tests.integration.conftest import url_of

_counter = itertools.count()


@pytest.fixture
async def database(settings):
    """Settings for a database in which there is nothing at all."""
    name = f"bare_{next(_counter)}"
    conn = await asyncpg.connect(settings.database_url)
    await conn.execute(f"CREATE DATABASE {name}")
    yield msgspec.structs.replace(settings, database_url=url_of(settings, name))
    await conn.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await conn.close()


@pytest.fixture
async def prepared(hexhaul, apart):
    done = await apart(hexhaul, "migrate")
    assert done.exit_code == 0, done.output


def vienna():
    return ("market", "create", "vienna", "--name", "Vienna", "--center", "48.2", "16.4")


async def test_what_is_not_prepared_is_told_with_what_to_do(hexhaul, apart):
    for words in (vienna(), ("audit", "head"), ("restored",)):
        done = await apart(hexhaul, *words)
        assert (done.exit_code, "run `hexhaul migrate`" in done.output) == (1, True), done.output


async def test_once_migrated_all_else_works_and_again_changes_nothing(hexhaul, apart, conn):
    for _ in range(2):
        done = await apart(hexhaul, "migrate")
        assert done.exit_code == 0, done.output
    assert await conn.fetchval("SELECT count(*) FROM deployment") == 1
    assert (await apart(hexhaul, *vienna())).output == "created vienna\n"
    enrolled = await apart(hexhaul, "enroll", "merchant", "Bakery", "--market", "vienna")
    assert enrolled.exit_code == 0, enrolled.output


@pytest.mark.usefixtures("prepared")
async def test_what_is_restored_has_another_epoch_and_no_fencing_number_twice(
    hexhaul, apart, database
):
    async def lead():
        async with open_runtime(database) as runtime:
            leadership = Leadership(
                runtime.pool, name="relay:vienna", holder="a", ttl_s=60.0, renew_s=1.0
            )
            keeping = asyncio.create_task(leadership.keep())
            number = await leadership.until_leading()
            keeping.cancel()
            return runtime.epoch, number

    before, number_before = await lead()
    done = await apart(hexhaul, "restored")
    assert done.exit_code == 0, done.output
    after, number_after = await lead()
    assert str(after) in done.output
    assert after != before
    assert number_after > number_before + 1_000


@pytest.mark.usefixtures("prepared")
async def test_a_backup_of_before_keys_were_shredded_is_opened_with_those_that_are_left(
    hexhaul, apart, database, conn
):
    before = KeyChain((MonthKey("2020-01", b"k" * 32),))
    left = moved_on(before, "2026-01")
    check = check_text(before, at=datetime(2020, 1, 1, tzinfo=UTC))
    await conn.execute("INSERT INTO seal_check (sealed) VALUES ($1)", check)
    async with open_runtime(database, recipient_keys=left) as runtime:
        with pytest.raises(UnfitError, match="not those"):
            await check_recipient_keys(runtime)
    done = await apart(hexhaul, "restored")
    assert done.exit_code == 0, done.output
    async with open_runtime(database, recipient_keys=left) as runtime:
        await check_recipient_keys(runtime)


@pytest.mark.usefixtures("prepared")
async def test_of_what_is_restored_log_ins_may_have_gone_on(hexhaul, apart, conn):
    for words in (vienna(), ("enroll", "courier", "Anna", "--market", "vienna")):
        done = await apart(hexhaul, *words)
        assert done.exit_code == 0, done.output
    await conn.execute("""
        INSERT INTO refresh_line (credential_id, line_sha256, token_sha256, renewed_at)
        SELECT id, sha256(''), sha256(''), now() FROM credential
    """)
    done = await apart(hexhaul, "restored")
    assert done.exit_code == 0, done.output
    assert await conn.fetchval("SELECT is_restored FROM refresh_line")


@pytest.mark.usefixtures("prepared")
async def test_nothing_is_restored_under_processes_at_work(hexhaul, apart, database, conn):
    async with open_runtime(database) as runtime:
        done = await apart(hexhaul, "restored")
        assert (done.exit_code, "stop them first" in done.output) == (1, True)
        epoch = await conn.fetchval("SELECT epoch FROM deployment")
        assert epoch == runtime.epoch
