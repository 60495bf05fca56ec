"""The accept loop, with real sockets."""

import asyncio
import resource
import socket
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
import uvloop

from service.api.acceptor import ACCEPTED_PER_TURN_COUNT_MAX, accept_all, accept_waiting
from service.listeners import listen


class Greeting(asyncio.Protocol):
    """Says who is served, in the order in which they are."""

    def __init__(self) -> None:
        self.served_count = 0

    def connection_made(self, transport):
        self.served_count += 1
        transport.write(b"%d\n" % self.served_count)


def on_both_loops(test):
    """Run the test on the event loop of the tests and on that of the processes."""

    @pytest.mark.parametrize("run", [asyncio.run, uvloop.run])
    def run_test(run, listener):
        run(test(listener))

    return run_test


@pytest.fixture
def listener():
    with listen("127.0.0.1", 0) as listener:
        yield listener


@asynccontextmanager
async def accepting(listener):
    greeting = Greeting()
    async with asyncio.TaskGroup() as group:
        task = group.create_task(accept_all(listener, lambda: greeting))
        yield task
        task.cancel()


async def dial(listener, stack):
    reader, writer = await asyncio.open_connection(*listener.getsockname())
    stack.callback(writer.close)
    return reader


@on_both_loops
async def test_all_are_served_in_the_order_in_which_they_came(listener):
    async with AsyncExitStack() as stack:
        readers = [await dial(listener, stack) for _ in range(3 * ACCEPTED_PER_TURN_COUNT_MAX + 1)]
        async with accepting(listener):
            places = [int(await reader.readline()) for reader in readers]
    assert places == list(range(1, len(readers) + 1))


@on_both_loops
async def test_who_was_accepted_is_served_though_the_loop_is_cancelled(listener):
    greeting = Greeting()
    async with AsyncExitStack() as stack:
        readers = [await dial(listener, stack) for _ in range(3 * ACCEPTED_PER_TURN_COUNT_MAX + 1)]
        for _ in range(5):  # at whatever point of a turn it is
            accepting = asyncio.create_task(accept_all(listener, lambda: greeting))
            for _ in range(5):
                await asyncio.sleep(0)
            accepting.cancel()
            await asyncio.wait({accepting})
        await accept_waiting(listener, lambda: greeting)
        async with asyncio.timeout(5.0):
            places = [int(await reader.readline()) for reader in readers]
    assert sorted(places) == list(range(1, len(readers) + 1))


@on_both_loops
async def test_who_hung_up_in_the_queue_keeps_nobody_from_being_served(listener):
    async with AsyncExitStack() as stack:
        for _ in range(5):
            with socket.create_connection(listener.getsockname()) as gone:
                gone.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        reader = await dial(listener, stack)
        async with accepting(listener):
            assert int(await reader.readline()) >= 1


@on_both_loops
async def test_without_room_for_a_connection_it_says_so_and_can_go_on(listener):
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    async with AsyncExitStack() as stack:
        reader = await dial(listener, stack)
        resource.setrlimit(resource.RLIMIT_NOFILE, (_open_files_count(), limits[1]))
        try:
            with pytest.raises(OSError, match="Too many open files"):
                await accept_all(listener, Greeting)
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, limits)
        async with accepting(listener):
            assert await reader.readline() == b"1\n"


def _open_files_count():
    """Return a limit at which no further file can be opened."""
    with socket.socket() as probe:
        return probe.fileno()
