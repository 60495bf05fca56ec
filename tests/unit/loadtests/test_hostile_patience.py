"""The hostile runs wait as they are told, and ask again; not for ever, and not for anything."""

import httpx
import pytest

from loadtests.hostile.patience import (
    PAUSE_S_MAX,
    TRIES_COUNT_MAX,
    PatientTransport,
    told_pause_s,
)

AT_ONCE = {"Retry-After": "0"}


async def asked(*answers, body=None):
    """Ask a server that gives these answers, the last one for ever; return it and what it heard."""
    heard = []

    def answer(request):
        heard.append(request.content)
        status, headers = answers[min(len(heard), len(answers)) - 1]
        return httpx.Response(status, headers=headers)

    transport = PatientTransport(httpx.MockTransport(answer))
    async with httpx.AsyncClient(base_url="http://service", transport=transport) as http:
        return (await http.post("/", json=body)).status_code, heard


@pytest.mark.parametrize("status", [503, 429])
async def test_who_is_told_to_come_again_asks_the_same_again(status):
    found, heard = await asked((status, AT_ONCE), (status, AT_ONCE), (200, {}), body={"a": 1})
    assert (found, heard) == (200, [b'{"a":1}'] * 3)


async def test_nobody_asks_for_ever():
    found, heard = await asked((503, AT_ONCE))
    assert (found, len(heard)) == (503, TRIES_COUNT_MAX)


@pytest.mark.parametrize(
    "answer", [(503, {}), (500, AT_ONCE), (400, {}), (503, {"Retry-After": "x"})]
)
async def test_what_does_not_say_when_to_come_again_is_the_answer(answer):
    found, heard = await asked(answer)
    assert (found, len(heard)) == (answer[0], 1)


def test_no_wait_is_longer_than_a_run_has_time_for():
    assert told_pause_s(503, {"retry-after": "2"}) == 2.0
    assert told_pause_s(429, {"retry-after": "86400"}) == PAUSE_S_MAX
