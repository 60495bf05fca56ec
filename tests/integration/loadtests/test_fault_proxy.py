"""The proxy of the fault runs, between a client and a server that says everything back."""

import asyncio
from contextlib import asynccontextmanager, suppress

import pytest

from loadtests.faults.commits import COMMIT
from loadtests.faults.proxy import Proxy
from loadtests.faults.weather import FAIR, Weather

HOST = "127.0.0.1"
PATIENCE_S = 10.0


async def say_back(reader, writer):
    try:
        while chunk := await reader.read(65_536):
            writer.write(chunk)
            await writer.drain()
    except ConnectionError:
        pass
    writer.close()


@asynccontextmanager
async def tcp_proxy():
    server = await asyncio.start_server(say_back, HOST, 0)
    async with Proxy((HOST, 0), (HOST, server.sockets[0].getsockname()[1])) as proxy:
        yield proxy
    server.close()


@pytest.fixture
async def proxy():
    async with tcp_proxy() as made:
        yield made


@pytest.fixture
async def keep():
    """Keeps a connection until the test is over, and ends it then."""
    kept = []

    async def keep_one(opening):
        kept.append(await opening)
        return kept[-1]

    yield keep_one
    for _, writer in kept:
        writer.transport.abort()
    await asyncio.sleep(0)


@pytest.fixture
def dial(proxy, keep):
    return lambda: keep(asyncio.open_connection(HOST, proxy.port))


async def ask(connection, sent):
    reader, writer = connection
    writer.write(sent)
    async with asyncio.timeout(PATIENCE_S):
        return await reader.readexactly(len(sent))


async def is_over(connection):
    """Whether the connection ends, one way or the other."""
    async with asyncio.timeout(PATIENCE_S):
        try:
            return await connection[0].read(1) == b""
        except ConnectionError:
            return True


async def until(holds):
    async with asyncio.timeout(PATIENCE_S):
        while not holds():  # noqa: ASYNC110  # nobody tells
            await asyncio.sleep(0.01)


async def test_in_fair_weather_everything_arrives(proxy, dial):
    one, other = await dial(), await dial()
    assert await ask(one, b"a" * 300_000) == b"a" * 300_000
    assert await ask(other, b"b") == b"b"
    assert proxy.connections_count == proxy.tally.connections_count == 2
    one[1].close()
    await until(lambda: proxy.connections_count == 1)


async def test_unix_sockets_are_as_good(tmp_path, keep):
    server = await asyncio.start_unix_server(say_back, str(tmp_path / "server"))
    async with Proxy(tmp_path / "proxy", tmp_path / "server"):
        connection = await keep(asyncio.open_unix_connection(str(tmp_path / "proxy")))
        assert await ask(connection, b"hello") == b"hello"
    server.close()


async def test_a_cut_ends_what_there_is_and_turns_away_what_comes(proxy, dial):
    before = await dial()
    await ask(before, b"x")
    proxy.change(Weather(is_cut=True))
    assert await is_over(before)
    assert await is_over(await dial())
    assert proxy.tally.cut_count == 2
    proxy.change(FAIR)
    assert await ask(await dial(), b"y") == b"y"


async def test_bytes_that_are_lost_never_come_and_the_connection_is_reset_in_the_end(proxy, dial):
    connection = await dial()
    await ask(connection, b"x")
    proxy.change(Weather(loses_down=True))
    connection[1].write(b"lost")
    await until(lambda: proxy.tally.lost_bytes == 4)
    assert proxy.connections_count == 1
    proxy.change(FAIR)
    assert await is_over(connection)


async def test_a_connection_that_lost_nothing_goes_on(proxy, dial):
    connection = await dial()
    await ask(connection, b"x")
    proxy.change(Weather(loses_up=True, loses_down=True))
    proxy.change(FAIR)
    assert await ask(connection, b"y") == b"y"


async def test_what_is_held_comes_later(proxy, dial):
    connection = await dial()
    await ask(connection, b"x")
    proxy.change(Weather(is_held=True))
    connection[1].write(b"later")
    await until(lambda: proxy.tally.held_count == 1)
    proxy.change(FAIR)
    async with asyncio.timeout(PATIENCE_S):
        assert await connection[0].readexactly(5) == b"later"


async def test_slow_weather_delays_and_loses_nothing(proxy, dial):
    connection = await dial()
    proxy.change(Weather(delay_s=0.01, jitter_s=0.01, bytes_per_s=1_000_000.0))
    assert await ask(connection, b"z" * 10_000) == b"z" * 10_000
    assert proxy.tally.delayed_count > 0


async def test_a_lost_commit_never_reaches_the_server(keep):
    heard = bytearray()

    async def listen(reader, writer):
        with suppress(ConnectionError):
            heard.extend(await reader.read())
        writer.close()

    server = await asyncio.start_server(listen, HOST, 0)
    async with Proxy((HOST, 0), (HOST, server.sockets[0].getsockname()[1])) as proxy:
        proxy.change(Weather(commits="lost"))
        connection = await keep(asyncio.open_connection(HOST, proxy.port))
        connection[1].write(COMMIT)
        assert await is_over(connection)
        assert proxy.tally.commits_count == 1
    server.close()
    assert bytes(heard) == b""


async def test_an_unanswered_commit_reaches_the_server_and_its_answer_nobody(proxy, dial):
    proxy.change(Weather(commits="unanswered"))
    connection = await dial()
    assert await ask(connection, b"SELECT") == b"SELECT"
    connection[1].write(COMMIT)
    assert await is_over(connection)
    assert proxy.tally.commits_count == 1


async def test_a_reset_ends_every_connection(proxy, dial):
    connections = [await dial() for _ in range(3)]
    for connection in connections:
        await ask(connection, b"x")
    assert proxy.reset() == 3
    assert all([await is_over(connection) for connection in connections])


async def test_a_server_that_is_away_ends_the_connection(keep):
    server = await asyncio.start_server(say_back, HOST, 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    async with Proxy((HOST, 0), (HOST, port)) as proxy:
        assert await is_over(await keep(asyncio.open_connection(HOST, proxy.port)))
