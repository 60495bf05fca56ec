"""Privacy from the shell: somebody's data in a file, somebody forgotten, and what is old."""

import asyncio
import hashlib
import json
import os
import sys
from datetime import UTC, datetime
from functools import partial
from uuid import UUID

import pytest

from service.actions.check_recipient_keys import check_recipient_keys
from service.clock import real_now
from service.domain.sealing import (
    ERASED,
    KeyChain,
    MonthKey,
    check_text,
    is_openable,
    new_chain,
    seal,
    unseal,
)
from service.key_file import read_key_file, replace_key_file, write_new_key_file
from service.settings import UnfitError
from service.simulation.pictures import png
from tests.integration.actions.conftest import people as people
from tests.integration.actions.conftest import post as post

PROOF = UUID(int=7)
PATIENCE_S = 60.0


@pytest.fixture
async def anna(people):
    return people[1][0].courier_id


async def test_a_courier_is_exported_to_a_file_of_their_own_and_erased(
    hexhaul, apart, anna, conn, tmp_path
):
    path = tmp_path / "anna.json"
    words = ("privacy", "export", "courier", str(anna), "--file", str(path))
    done = await apart(hexhaul, *words)
    assert done.exit_code == 0, done.output
    assert json.loads(path.read_text("utf-8"))["courier"]["name"] == "Anna"
    assert path.stat().st_mode & 0o077 == 0
    assert (await apart(hexhaul, *words)).exit_code == 1  # nothing is written over
    erased = await apart(hexhaul, "privacy", "erase", "courier", str(anna))
    assert erased.exit_code == 0, erased.output
    assert await conn.fetchval("SELECT name FROM courier WHERE id = $1", anna) == "erased"


async def test_a_recipient_is_exported_and_erased_once_nothing_is_under_way(
    hexhaul, apart, market, post, conn, tmp_path
):
    await post()
    who = ("recipient", "--market", market, "--name", "Max")
    done = await apart(hexhaul, "privacy", "export", *who, "--file", str(tmp_path / "max.json"))
    assert done.exit_code == 0, done.output
    assert "Naschmarkt 5" in (tmp_path / "max.json").read_text("utf-8")
    early = await apart(hexhaul, "privacy", "erase", *who)
    assert early.exit_code == 1
    assert "under way" in early.output
    await conn.execute("UPDATE job SET status = 'expired', ended_at = market_now()")
    done = await apart(hexhaul, "privacy", "erase", *who)
    assert done.output == "erased 1 deliveries\n"
    nobody = await apart(hexhaul, "privacy", "erase", "recipient", "--market", market)
    assert nobody.exit_code == 2


async def test_pictures_are_written_beside_the_file_that_names_them(
    hexhaul, apart, anna, market, post, conn, tmp_path
):
    await post()
    picture = png(32, 24)
    await conn.execute(
        "INSERT INTO proof (id, job_id, stop_id, courier_id, kind, media_type, width_px, height_px,"
        " bytes_count, sha256, content, created_at)"
        " SELECT $1, job_id, id, $2, 'photo', 'image/png', 32, 24, length($3::bytea), sha256($3),"
        " $3, market_now() FROM stop WHERE kind = 'dropoff'",
        PROOF,
        anna,
        picture,
    )
    path = tmp_path / "max.json"
    who = ("recipient", "--market", market, "--name", "Max")
    done = await apart(hexhaul, "privacy", "export", *who, "--file", str(path))
    assert done.exit_code == 0, done.output
    (delivery,) = json.loads(path.read_text("utf-8"))["deliveries"]
    (proof,) = delivery["proofs"]
    assert proof["picture"] == f"{PROOF}.png"
    written = tmp_path / "max.json.pictures" / proof["picture"]
    assert written.read_bytes() == picture
    assert hashlib.sha256(picture).hexdigest() == proof["sha256"]
    assert (written.stat().st_mode | written.parent.stat().st_mode) & 0o077 == 0
    path.unlink()
    again = await apart(hexhaul, "privacy", "export", *who, "--file", str(path))
    assert again.exit_code == 1  # nothing is written over
    assert not path.exists()


async def test_a_sweep_forgets_what_is_old_and_then_finds_nothing(
    hexhaul, apart, market, post, conn
):
    await post(key="old")
    await conn.execute(
        "UPDATE job SET status = 'expired', ended_at = market_now() - interval '91 d'"
    )
    await conn.execute("UPDATE idempotency SET created_at = now() - interval '49 h'")
    counts = []
    for _ in range(2):
        done = await apart(hexhaul, "privacy", "sweep")
        assert done.exit_code == 0, done.output
        counts.append([int(line.split()[0]) for line in done.output.splitlines()])
    assert counts == [[1, 0, 0, 0, 0, 0, 1], [0, 0, 0, 0, 0, 0, 0]]
    assert await conn.fetchval("SELECT count(*) FROM stop WHERE address <> 'erased'") == 0


async def test_the_inventory_tells_whose_data_is_where(hexhaul, apart):
    done = await apart(hexhaul, "privacy", "inventory")
    assert "stop.contact_phone" in done.output


async def test_a_merchant_is_erased_once_nothing_is_under_way(
    hexhaul, apart, people, post, conn, tmp_path
):
    merchant_id = await conn.fetchval("SELECT id FROM merchant")
    await post()
    who = ("privacy", "erase", "merchant", str(merchant_id))
    early = await apart(hexhaul, *who)
    assert (early.exit_code, "waiting for deliveries" in early.output) == (1, True)
    await conn.execute("UPDATE job SET status = 'expired', ended_at = market_now()")
    await conn.execute(
        "INSERT INTO webhook_endpoint (id, market_id, merchant_id, url, events, description)"
        " SELECT gen_random_uuid(), market_id, id, 'https://strobl.example/', '{}', 'shop'"
        " FROM merchant"
    )
    for _ in range(2):  # again changes nothing
        done = await apart(hexhaul, *who)
        assert done.exit_code == 0, done.output
        assert await conn.fetchval("SELECT name FROM merchant") == "erased"
    open_count = "SELECT count(*) FROM open_credential WHERE merchant_id IS NOT NULL"
    assert await conn.fetchval(open_count) == 0
    (endpoint,) = await conn.fetch("SELECT url, disabled_reason FROM webhook_endpoint")
    assert tuple(endpoint) == ("https://erased.invalid/", "deleted")
    assert await conn.fetchval("SELECT count(*) FROM job") == 1


async def test_an_account_for_an_emergency_is_erased_when_it_has_ended(
    hexhaul, apart, market, conn
):
    words = ("operator", "break-glass", "eva", "--name", "Eva", "--market", market)
    added = await apart(hexhaul, *words, "--reason", "nobody can log in")
    assert added.exit_code == 0, added.output
    operator_id = str(await conn.fetchval("SELECT operator_id FROM identity"))
    early = await apart(hexhaul, "privacy", "erase", "operator", operator_id)
    assert (early.exit_code, "not disabled" in early.output) == (1, True)
    await conn.execute("UPDATE operator SET disabled_at = clock_timestamp()")
    erased = await apart(hexhaul, "privacy", "erase", "operator", operator_id)
    assert erased.exit_code == 0, erased.output


async def test_an_operator_is_exported_and_erased_when_disabled(
    hexhaul, apart, market, conn, tmp_path
):
    added = await apart(
        hexhaul, *("operator", "add", "olga", "--name", "Olga", "--market", market),
        *("--role", "finance"),
    )  # fmt: skip
    assert added.exit_code == 0, added.output
    operator_id = str(await conn.fetchval("SELECT operator_id FROM identity"))
    path = tmp_path / "olga.json"
    done = await apart(hexhaul, "privacy", "export", "operator", operator_id, "--file", str(path))
    assert done.exit_code == 0, done.output
    data = json.loads(path.read_text("utf-8"))
    assert data["operator"]["name"] == "Olga"
    assert data["log_in_names"] == [{"issuer": "local", "subject": "olga"}]
    early = await apart(hexhaul, "privacy", "erase", "operator", operator_id)
    assert (early.exit_code, "not disabled" in early.output) == (1, True)
    await apart(hexhaul, "operator", "disable", "olga")
    erased = await apart(hexhaul, "privacy", "erase", "operator", operator_id)
    assert erased.exit_code == 0, erased.output
    assert (
        await conn.fetchval("SELECT name FROM operator WHERE disabled_at IS NOT NULL") == "erased"
    )
    assert await conn.fetchval("SELECT count(*) FROM identity") == 0
    assert (await apart(hexhaul, "audit", "verify")).exit_code == 0


async def test_nobody_unknown_is_exported_or_erased(hexhaul, apart, market, tmp_path):
    for kind in ("merchant", "operator", "courier"):
        done = await apart(hexhaul, "privacy", "erase", kind, str(PROOF))
        assert (done.exit_code, "no such" in done.output) == (1, True)
    path = tmp_path / "nobody.json"
    done = await apart(hexhaul, "privacy", "export", "operator", str(PROOF), "--file", str(path))
    assert (done.exit_code, path.exists()) == (1, False)


OLD = KeyChain((MonthKey("2020-01", b"k" * 32),))


async def sealed_in(conn, job_id, at):
    """Have it look as if the job had been made then."""
    kept = seal("Naschmarkt 5", OLD, field="address", at=at)
    await conn.execute("UPDATE job SET created_at = $2 WHERE id = $1", job_id, at)
    await conn.execute("UPDATE stop SET address = $2 WHERE job_id = $1", job_id, kept)


async def test_keys_go_with_what_they_open_and_what_is_on_hold_is_sealed_anew(
    hexhaul, apart, market, post, conn, tmp_path
):
    path = tmp_path / "keys"
    made = await apart(hexhaul, "privacy", "keys", str(path))
    assert (made.exit_code, path.stat().st_mode & 0o077) == (0, 0), made.output
    again = await apart(hexhaul, "privacy", "keys", str(path))
    assert again.exit_code == 1  # nothing is written over
    replace_key_file(path, OLD)
    shred = partial(apart, hexhaul, "privacy", "shred", HEXHAUL_RECIPIENT_KEYS=str(path))
    gone, held, kept = [await post(key=name) for name in ("gone", "held", "kept")]
    check = check_text(OLD, at=datetime(2020, 1, 1, tzinfo=UTC))
    await conn.execute("INSERT INTO seal_check (sealed) VALUES ($1)", check)
    for number, job_id in enumerate((gone, held, kept), start=2):
        await sealed_in(conn, job_id, datetime(2020, number, 1, tzinfo=UTC))
    done = await apart(
        *(hexhaul, "privacy", "hold", str(held), "--market", market, "--reason", "dispute"),
        HEXHAUL_RECIPIENT_KEYS=str(path),
    )
    assert done.exit_code == 0, done.output
    assert "from before 2020-02 any more" in (await shred()).output
    assert "still needed" in (await shred()).output
    await conn.execute("UPDATE job SET erased_at = now() WHERE id = $1", gone)
    done = await shred()
    assert "from before 2020-04 any more" in done.output
    left = read_key_file(str(path))
    assert is_openable(await conn.fetchval("SELECT sealed FROM seal_check"), left)
    read = [
        unseal(
            await conn.fetchval("SELECT address FROM stop WHERE job_id = $1 LIMIT 1", job_id),
            left,
            field="address",
        )
        for job_id in (gone, held, kept)
    ]
    assert read == [ERASED, "Naschmarkt 5", "Naschmarkt 5"]
    noted = await conn.fetchval("SELECT after FROM audit_entry ORDER BY number DESC LIMIT 1")
    assert json.loads(noted) == {"sealed_before": "2020-04"}


async def test_without_keys_there_is_nothing_to_shred(hexhaul, apart):
    done = await apart(hexhaul, "privacy", "shred", HEXHAUL_RECIPIENT_KEYS="")
    assert (done.exit_code, "nothing is sealed" in done.output) == (1, True)


@pytest.mark.parametrize("has_keys", [True, False])
async def test_nobody_is_said_to_be_unknown_by_who_cannot_read_the_names(
    hexhaul, apart, runtime, market, post, tmp_path, has_keys
):
    await check_recipient_keys(runtime)
    await post()
    others = tmp_path / "others"
    await apart(hexhaul, "privacy", "keys", str(others))
    done = await apart(
        *(hexhaul, "privacy", "erase", "recipient", "--market", market, "--name", "Max"),
        HEXHAUL_RECIPIENT_KEYS=str(others) if has_keys else "",
    )
    assert (done.exit_code, "recipient_keys" in done.output) == (1, True), done.output


async def test_whose_delivery_cannot_be_read_is_not_passed_over(
    hexhaul, apart, runtime, conn, market, post
):
    await check_recipient_keys(runtime)
    for name in ("one", "other"):
        await post(key=name)
    strange = seal("Max", OLD, field="contact_name", at=real_now())
    await conn.execute("UPDATE stop SET contact_name = $1 WHERE kind = 'dropoff'", strange)
    done = await apart(
        hexhaul, "privacy", "erase", "recipient", "--market", market, "--name", "Max"
    )
    assert (done.exit_code, "whose 2 deliveries are" in done.output) == (1, True), done.output


async def test_somebody_may_be_called_unreadable(hexhaul, apart, runtime, conn, market, post):
    await check_recipient_keys(runtime)
    await post()
    name = seal("unreadable", runtime.recipient_keys, field="contact_name", at=real_now())
    await conn.execute("UPDATE stop SET contact_name = $1, contact_phone = NULL", name)
    words = ("export", "recipient", "--market", market, "--name", "Max", "--file", "unused")
    done = await apart(hexhaul, "privacy", *words)
    assert (done.exit_code, "cannot be read" in done.output) == (1, False), done.output


async def test_what_others_have_sealed_is_not_begun_to_be_sealed_with_our_keys(runtime, conn, post):
    await post()
    strange = seal("Graben 1", new_chain(real_now()), field="address", at=real_now())
    await conn.execute("UPDATE stop SET address = $1", strange)
    with pytest.raises(UnfitError, match="not those"):
        await check_recipient_keys(runtime)
    assert await conn.fetchval("SELECT count(*) FROM seal_check") == 0


async def test_what_was_sealed_is_in_plain_text_again_for_a_version_that_seals_nothing(
    hexhaul, apart, runtime, conn, post
):
    await check_recipient_keys(runtime)
    await post()
    unseal_all = partial(apart, hexhaul, "privacy", "unseal")
    assert "SEAL_RECIPIENTS=false" in (await unseal_all()).output
    count = "SELECT count(*) FROM stop WHERE row_to_json(stop)::text LIKE '%sealed:%'"
    assert await conn.fetchval(count) == 2
    done = await unseal_all(HEXHAUL_SEAL_RECIPIENTS="false")
    assert (done.exit_code, done.output) == (0, "1 jobs are in plain text\n")
    assert await conn.fetchval(count) == 0
    assert await conn.fetchval("SELECT count(*) FROM seal_check") == 0
    assert "Naschmarkt 5" in await conn.fetchval("SELECT string_agg(address, ' ') FROM stop")
    last = "SELECT action, subject FROM audit_entry ORDER BY number DESC LIMIT 1"
    assert tuple(await conn.fetchrow(last)) == ("unseal_data", "market:vienna")


async def test_keys_are_replaced_where_a_link_leads_to(tmp_path):
    (tmp_path / "secret").mkdir()
    kept, link = tmp_path / "secret" / "keys", tmp_path / "keys"
    write_new_key_file(kept, OLD)
    link.symlink_to(kept)
    fresh = new_chain(real_now())
    replace_key_file(link, fresh)
    assert link.is_symlink()
    assert read_key_file(str(kept)) == fresh


async def test_an_api_that_cannot_read_the_names_does_not_begin(
    hexhaul, apart, runtime, database, tmp_path
):
    await check_recipient_keys(runtime)
    others = tmp_path / "others"
    await apart(hexhaul, "privacy", "keys", str(others))
    environment = os.environ | {
        "DATABASE_URL": database.database_url,
        "REDIS_URL": database.redis_url,
        "HEXHAUL_RECIPIENT_KEYS": str(others),
    }
    api = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "service", "api", "--port", "0"),
        env=environment,
        stderr=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
    )
    _, said = await asyncio.wait_for(api.communicate(), timeout=PATIENCE_S)
    assert (api.returncode, b"not those with which" in said) == (1, True), said
