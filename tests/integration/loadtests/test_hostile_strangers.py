"""The strangers of the hostile runs notice what must not be, at servers worse than ours."""

import asyncio
from contextlib import asynccontextmanager
from random import Random

import pytest

from loadtests.hostile.document import Document, Operation
from loadtests.hostile.inside import call_names, set_urls
from loadtests.hostile.intruders import ATTEMPTS, Intruder, intrude
from loadtests.hostile.manners import MANNERS
from loadtests.hostile.servers import Servers
from loadtests.hostile.verdicts import Asker
from loadtests.hostile.web import Targets, ask_routes
from loadtests.hostile.wire import send_bytes
from tests.integration.api.conftest import address as address
from tests.integration.api.conftest import clients as clients

SAFE = b"X-Content-Type-Options: nosniff\r\n"
ANSWERS = {
    "a fault": b"HTTP/1.1 500 Oops\r\n" + SAFE + b"Content-Length: 0\r\n\r\n",
    "plain text": b"HTTP/1.1 400 No\r\n" + SAFE + b"Content-Length: 2\r\n\r\nno",
    "no HTTP": b"mail.example.com ESMTP\r\n\r\n",
    "an injected header": b"HTTP/1.1 200 OK\r\nX-Injected: y\r\nContent-Length: 0\r\n\r\n" + SAFE,
    "everything": b"HTTP/1.1 200 OK\r\n" + SAFE + b"Content-Length: 0\r\n\r\n",
}
OPERATION = Operation(
    id="getJob",
    method="GET",
    path="/v1/jobs",
    audience="merchant",
    parameters=(),
    body=None,
    statuses=frozenset({200, 400, 404}),
)
NOBODY = Asker(name="nobody", audience=None, headers={})
COUNT = 12


@asynccontextmanager
async def answering(answer):
    """Answer whatever comes with these bytes; yield host:port."""
    serving = set()

    async def serve(reader, writer):
        serving.add(asyncio.current_task())
        try:
            while await reader.read(65_536):
                writer.write(answer)
                await writer.drain()
        except OSError:
            pass  # the stranger is gone
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    server.close()
    if serving:
        await asyncio.wait(serving)


def targets_at(address):
    document = Document(operations=(OPERATION,), schemas={})
    return Targets(address=address, document=document, askers=[NOBODY], ids_of_others=["x"])


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=list(ANSWERS))
async def test_a_wrong_answer_to_a_request_is_a_surprise(answer):
    async with answering(answer) as address:
        tally = await ask_routes(targets_at(address), seed=1, count=COUNT)
    assert tally.inputs_count == COUNT
    assert tally.surprises_count > COUNT / 2


@pytest.mark.parametrize("name", ["a fault", "plain text", "no HTTP", "an injected header"])
async def test_a_wrong_answer_to_bytes_is_a_surprise(name):
    async with answering(ANSWERS[name]) as address:
        tally = await send_bytes(address, [NOBODY], seed=1, count=COUNT)
    assert tally.inputs_count == COUNT
    assert tally.surprises_count > COUNT / 3  # from some it does not wait for an answer


async def test_who_lets_everything_be_called_is_a_surprise():
    async with answering(ANSWERS["everything"]) as address:
        tally = await set_urls(address, "key", seed=1, count=COUNT)
    assert tally.surprises_count == COUNT


async def test_names_that_lead_inside_are_not_called():
    tally = await call_names(seed=1, count=COUNT)
    assert (tally.inputs_count, tally.surprises) == (COUNT, [])


async def test_intruders_without_a_good_key_are_surprised(address):
    forged = Asker(name="f", audience="merchant", headers={"Authorization": "Bearer hh_test_x"})
    tally = await intrude(f"http://{address}", [forged], seed=1, count=COUNT)
    assert tally.surprises_count > 0


@pytest.mark.parametrize("name", ATTEMPTS)
async def test_each_attempt_to_intrude_ends_as_it_should(address, clients, keys, name):
    async with asyncio.TaskGroup() as group:
        for audience, key, http in (
            ("merchant", keys[0], clients[0]),
            ("courier", keys[1], clients[1]),
            ("ops", keys[-1], clients[-1]),
        ):
            headers = {"Authorization": f"Bearer {key.text}"}
            asker = Asker(name=audience, audience=audience, headers=headers)
            group.create_task(_attempt(f"http://{address}", http, asker, name))


async def _attempt(url, http, asker, name):
    intruder = Intruder(url=url, http=http, asker=asker, random=Random(3))
    assert await ATTEMPTS[name](intruder) == []


async def test_every_manner_is_shown_at_a_place_of_its_own():
    async with Servers(timeout_s=0.1) as servers:
        urls = {servers.url(name) for name in MANNERS}
        assert len(urls) == len(MANNERS)
        assert servers.trap_url not in urls
        port = int(servers.trap_url.split(":")[2].split("/")[0])
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        async with asyncio.timeout(10.0):
            while servers.trapped_count == 0:  # noqa: ASYNC110  # nobody tells
                await asyncio.sleep(0.01)
        writer.close()
