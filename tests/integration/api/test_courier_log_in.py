"""A courier's device: logged in with a key, kept logged in with tokens that are good once."""

import asyncio

import pytest
from structlog.testing import capture_logs

from service.actions.keys import parse_key
from service.actions.refresh_tokens import first_refresh_token, parse_refresh_token
from service.domain.log_in import DEVICES_COUNT_MAX
from service.relay.retention import forget_rows
from service.store import refresh_lines
from tests.integration.api.conftest import running_api
from tests.integration.api.talk import talking
from tests.integration.api.test_rest import check_problem
from tests.integration.api.test_sockets import changed
from tests.plain_http import PlainClient

PATH = "/v1/courier/session"
MINE = "/v1/courier/decisions"
LATER = "UPDATE refresh_line SET renewed_at = renewed_at - interval '61 s'"


@pytest.fixture
async def http(address):
    async with PlainClient(base_url=f"http://{address}") as client:
        yield client


async def log_in(courier):
    answer = await courier.post(PATH)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def refresh(http, tokens):
    body = {"refresh_token": tokens["refresh_token"]}
    return await http.post(f"{PATH}/refresh", json=body)


def bearer(tokens):
    return {"Authorization": f"Bearer {tokens['access_token']}"}


async def test_tokens_open_doors_until_the_next_ones_do(courier, http):
    first = await log_in(courier)
    assert (await http.get(MINE, headers=bearer(first))).status_code == 200
    second = (await refresh(http, first)).json()
    assert (await http.get(MINE, headers=bearer(second))).status_code == 200
    assert len({first["refresh_token"], second["refresh_token"]}) == 2
    third = (await refresh(http, second)).json()
    assert (await http.get(MINE, headers=bearer(third))).status_code == 200


async def test_an_access_token_ends_by_itself_and_its_log_in_goes_on(courier, http, conn):
    tokens = await log_in(courier)
    await conn.execute("UPDATE credential SET secret_expires_at = clock_timestamp()")
    check_problem(await http.get(MINE, headers=bearer(tokens)), 401, "unauthenticated")
    tokens = (await refresh(http, tokens)).json()
    assert (await http.get(MINE, headers=bearer(tokens))).status_code == 200


async def test_a_lost_answer_is_asked_for_again(courier, http):
    lost = await log_in(courier)
    await refresh(http, lost)
    again = (await refresh(http, lost)).json()
    assert (await http.get(MINE, headers=bearer(again))).status_code == 200
    assert (await refresh(http, again)).status_code == 200


async def test_a_refresh_that_is_carried_out_after_its_own_repetition_logs_nobody_out(
    courier, http, conn
):
    tokens = await log_in(courier)
    heard = (await refresh(http, tokens)).json()
    hung_in_the_network = (await refresh(http, tokens)).json()
    assert hung_in_the_network == heard
    assert (await http.get(MINE, headers=bearer(heard))).status_code == 200
    await conn.execute(LATER)
    assert (await refresh(http, heard)).status_code == 200


async def test_what_a_release_gave_that_kept_nothing_of_it_is_replaced(courier, http, conn):
    tokens = await log_in(courier)
    await refresh(http, tokens)
    await conn.execute("UPDATE refresh_line SET next_sealed = NULL")
    again = (await refresh(http, tokens)).json()
    assert (await refresh(http, again)).status_code == 200


async def test_who_was_refreshed_after_the_backup_is_no_thief(courier, http, conn):
    devices = [await log_in(courier) for _ in range(2)]
    await refresh(http, devices[0])
    await refresh_lines.note_restored(conn)
    await conn.execute("UPDATE refresh_line SET token_sha256 = sha256('of before')")
    with capture_logs() as logs:
        check_problem(await refresh(http, devices[1]), 401, "unauthenticated")
    events = [entry["event"] for entry in logs]
    assert ("log_in_ahead" in events, "log_in_stolen" in events) == (True, False)


async def test_a_spent_token_that_comes_again_ends_the_log_in(courier, http, conn):
    stolen = await log_in(courier)
    victims = (await refresh(http, stolen)).json()
    await conn.execute(LATER)
    check_problem(await refresh(http, stolen), 401, "unauthenticated")
    check_problem(await refresh(http, victims), 401, "unauthenticated")
    check_problem(await http.get(MINE, headers=bearer(victims)), 401, "unauthenticated")


async def test_a_thief_within_the_grace_is_found_out_by_the_next_refresh(courier, http, conn):
    stolen = await log_in(courier)
    victims = (await refresh(http, stolen)).json()
    thiefs = (await refresh(http, stolen)).json()
    assert (await refresh(http, victims)).status_code == 200
    await conn.execute(LATER)
    check_problem(await refresh(http, thiefs), 401, "unauthenticated")
    check_problem(await http.get(MINE, headers=bearer(victims)), 401, "unauthenticated")


async def test_of_many_refreshes_at_once_one_line_goes_on(courier, http, conn):
    tokens = await log_in(courier)
    answers = await asyncio.gather(*(refresh(http, tokens) for _ in range(6)))
    assert {answer.status_code for answer in answers} == {200}
    kept = await conn.fetchval("SELECT token_sha256 FROM refresh_line")
    given = [parse_refresh_token(answer.json()["refresh_token"]) for answer in answers]
    assert {token.hashes.token_sha256 for token in given} == {kept}


async def test_a_guess_ends_no_log_in(courier, http):
    tokens = await log_in(courier)
    guessed = first_refresh_token(parse_key(tokens["access_token"]).credential_id)
    check_problem(await refresh(http, {"refresh_token": guessed.text}), 401, "unauthenticated")
    assert (await refresh(http, tokens)).status_code == 200


async def test_the_token_of_a_log_in_logs_nobody_in(courier, http):
    tokens = await log_in(courier)
    answer = await http.post(PATH, headers=bearer(tokens))
    check_problem(answer, 403, "forbidden")
    as_access = {"Authorization": f"Bearer {tokens['refresh_token']}"}
    check_problem(await http.get(MINE, headers=as_access), 401, "unauthenticated")


async def test_logging_out_ends_this_device_and_no_other(courier, http):
    mine, other = await log_in(courier), await log_in(courier)
    assert (await http.delete(PATH, headers=bearer(mine))).status_code == 204
    check_problem(await http.get(MINE, headers=bearer(mine)), 401, "unauthenticated")
    check_problem(await refresh(http, mine), 401, "unauthenticated")
    assert (await refresh(http, other)).status_code == 200
    check_problem(await courier.delete(PATH), 404, "not_found")


async def test_the_oldest_of_too_many_devices_is_logged_out(courier, http):
    devices = [await log_in(courier) for _ in range(DEVICES_COUNT_MAX + 1)]
    statuses = [(await refresh(http, device)).status_code for device in devices]
    assert statuses == [401] + [200] * DEVICES_COUNT_MAX


@pytest.mark.parametrize(
    "end",
    [
        "UPDATE courier SET account_status = 'deactivated'",
        "UPDATE credential SET revoked_at = clock_timestamp() WHERE kind = 'key'",
    ],
)
async def test_a_log_in_ends_with_its_key_or_its_account(courier, http, conn, end):
    tokens = await log_in(courier)
    await conn.execute(end)
    check_problem(await refresh(http, tokens), 401, "unauthenticated")
    check_problem(await http.get(MINE, headers=bearer(tokens)), 401, "unauthenticated")


async def test_an_open_socket_notices_that_its_log_in_has_ended(runtime, keys):
    async with (
        running_api(changed(runtime, credentials_check_s=0.0)) as address,
        PlainClient(base_url=f"http://{address}") as http,
        talking(address, "/v1/courier", keys[2]) as other,
    ):
        key = {"Authorization": f"Bearer {keys[1].text}"}
        tokens = (await http.post(PATH, headers=key)).json()
        async with talking(address, "/v1/courier", headers=bearer(tokens)) as talk:
            await talk.hear("hello")
            await http.delete(PATH, headers=bearer(tokens))
            assert await talk.close_code() == 4401
        await other.hear("hello")


async def test_a_device_gets_tickets_for_its_socket(address, courier, http):
    tokens = await log_in(courier)
    answer = await http.post("/v1/courier/tickets", headers=bearer(tokens))
    async with talking(address, f"/v1/courier?ticket={answer.json()['ticket']}") as talk:
        await talk.hear("hello")


async def test_log_ins_long_over_are_forgotten_with_their_tokens(runtime, courier, conn):
    tokens = await log_in(courier)
    await conn.execute(
        "UPDATE credential SET expires_at = clock_timestamp() - interval '2 days' WHERE id = $1",
        parse_key(tokens["access_token"]).credential_id,
    )
    kept = await log_in(courier)
    await forget_rows(runtime)
    left = await conn.fetch("SELECT id FROM credential WHERE kind = 'device'")
    assert [row["id"] for row in left] == [parse_key(kept["access_token"]).credential_id]
    assert await conn.fetchval("SELECT count(*) FROM refresh_line") == 1


async def test_a_log_in_that_was_ended_is_forgotten_a_day_later(runtime, courier, http, conn):
    ended, kept = await log_in(courier), await log_in(courier)
    await http.delete(PATH, headers=bearer(ended))
    await conn.execute("UPDATE credential SET revoked_at = revoked_at - interval '2 days'")
    await forget_rows(runtime)
    left = await conn.fetch("SELECT id FROM credential WHERE kind = 'device'")
    assert [row["id"] for row in left] == [parse_key(kept["access_token"]).credential_id]


async def test_who_logs_in_all_the_time_is_told_to_wait(courier):
    answers = [await courier.post(PATH) for _ in range(11)]
    assert [answer.status_code for answer in answers[:10]] == [201] * 10
    check_problem(answers[10], 429, "rate_limited")
