"""One call of an endpoint: where it goes, what it bears, and how it ends."""

import asyncio
import contextlib
import ssl
from pathlib import Path

import pytest

from service.clock import real_now
from service.domain.vocabulary import AttemptOutcome
from service.settings import Settings
from service.webhooks.call import Call, Caller
from service.webhooks.resolve import Resolver
from tests.integration.relay.conftest import eventually
from tests.integration.webhooks.receiver import answer, receiving

CERTIFICATE = Path(__file__).with_name("hooks.example.com.pem")
NAME = "hooks.example.com"
BODY = b'{"id":"evt_1"}'


@pytest.fixture
async def receiver():
    async with receiving() as (receiver, port):
        receiver.port = port
        yield receiver


@pytest.fixture
async def call():
    """Call a URL; names are resolved by `resolve` where one is given."""
    opened = []

    async def call_one(url, *, resolve=None, tls=None, **changes):
        values = {"webhook_loopback": True, "webhook_timeout_s": 5.0} | changes
        settings = Settings(database_url="unused", redis_url="unused", **values)
        caller = Caller(settings, resolve or Resolver(lookups_count_max=2).resolve, tls=tls)
        opened.append(caller)
        return await caller.call(
            Call(
                url=url,
                headers={"webhook-id": "evt_1"},
                body=BODY,
                sent_at=real_now(),
            )
        )

    yield call_one
    for caller in opened:
        await caller.close()


def resolved_to(*addresses):
    async def resolve(host, port):
        return list(addresses)

    return resolve


async def test_a_call_is_a_post_of_json_to_the_path(receiver, call):
    attempted = await call(f"http://localhost:{receiver.port}/hooks?shop=7")
    assert (attempted.outcome, attempted.status_code) == (AttemptOutcome.DELIVERED, 200)
    (received,) = receiver.received
    assert received.target == "/hooks?shop=7"
    assert received.body == b'{"id":"evt_1"}'
    assert received.headers["host"] == f"localhost:{receiver.port}"
    assert received.headers["content-type"] == "application/json"
    assert received.headers["webhook-id"] == "evt_1"


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (204, AttemptOutcome.DELIVERED),
        (304, AttemptOutcome.REDIRECTED),
        (400, AttemptOutcome.REFUSED),
        (410, AttemptOutcome.GONE),
        (503, AttemptOutcome.REFUSED),
    ],
)
async def test_only_2xx_is_delivered(receiver, call, status, outcome):
    receiver.write = answer(status)
    attempted = await call(f"http://127.0.0.1:{receiver.port}/")
    assert (attempted.outcome, attempted.status_code) == (outcome, status)


async def test_a_redirect_is_not_followed(receiver, call):
    receiver.write = answer(307, headers=[f"Location: http://127.0.0.1:{receiver.port}/inside"])
    attempted = await call(f"http://127.0.0.1:{receiver.port}/hooks")
    assert attempted.outcome is AttemptOutcome.REDIRECTED
    assert [one.target for one in receiver.received] == ["/hooks"]


async def test_an_endless_answer_is_cut_and_its_status_counts(receiver, call):
    sent_bytes = 0

    async def write_for_ever(received, writer):
        nonlocal sent_bytes
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            writer.write(b"1000\r\n" + b"x" * 4_096 + b"\r\n")
            sent_bytes += 4_096
            await writer.drain()

    receiver.write = write_for_ever
    attempted = await call(f"http://127.0.0.1:{receiver.port}/")
    assert attempted.outcome is AttemptOutcome.DELIVERED

    async def has_ended():
        return receiver.under_way_count == 0

    await eventually(has_ended)
    assert sent_bytes < 50_000_000  # what the buffers of both ends take, and no more


async def test_endless_headers_are_no_answer(receiver, call):
    async def write_for_ever(received, writer):
        writer.write(b"HTTP/1.1 200 OK\r\n")
        while True:
            writer.write(b"X-More: " + b"x" * 4_096 + b"\r\n")
            await writer.drain()

    receiver.write = write_for_ever
    attempted = await call(f"http://127.0.0.1:{receiver.port}/")
    assert (attempted.outcome, attempted.status_code) == (AttemptOutcome.MALFORMED, None)


async def test_who_says_nothing_is_waited_for_so_long_and_no_longer(receiver, call):
    hung_up = asyncio.Event()

    async def say_nothing(received, writer):
        await hung_up.wait()

    receiver.write = say_nothing
    attempted = await call(f"http://127.0.0.1:{receiver.port}/", webhook_timeout_s=0.2)
    hung_up.set()
    assert (attempted.outcome, attempted.status_code) == (AttemptOutcome.TIMED_OUT, None)


async def test_a_slow_body_does_not_undo_a_status_that_came_in_time(receiver, call):
    hung_up = asyncio.Event()

    async def trickle(received, writer):
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nx")
        await hung_up.wait()

    receiver.write = trickle
    attempted = await call(f"http://127.0.0.1:{receiver.port}/", webhook_timeout_s=0.3)
    hung_up.set()
    assert (attempted.outcome, attempted.status_code) == (AttemptOutcome.DELIVERED, 200)


async def test_what_is_not_http_is_malformed(receiver, call):
    async def talk(received, writer):
        writer.write(b"220 mail.example.com ESMTP\r\n")

    receiver.write = talk
    attempted = await call(f"http://127.0.0.1:{receiver.port}/")
    assert attempted.outcome is AttemptOutcome.MALFORMED


async def test_nobody_listening_is_unreachable(call):
    async with receiving() as (_, port):
        pass
    attempted = await call(f"http://127.0.0.1:{port}/")
    assert attempted.outcome is AttemptOutcome.UNREACHABLE


async def test_a_name_that_nobody_knows_is_unreachable(call):
    async def fail(host, port):
        raise OSError("no such host")

    attempted = await call(f"https://{NAME}/", resolve=fail)
    assert attempted.outcome is AttemptOutcome.UNREACHABLE


async def test_the_next_address_is_tried_when_nobody_listens_at_one(receiver, call):
    resolve = resolved_to("::1", "127.0.0.1")  # the receiver listens on IPv4 only
    attempted = await call(f"http://localhost:{receiver.port}/", resolve=resolve)
    assert attempted.outcome is AttemptOutcome.DELIVERED


@pytest.mark.parametrize("allows_loopback", [False, True])
@pytest.mark.parametrize(
    "addresses", [["10.0.0.7"], ["93.184.215.14", "10.0.0.7"], ["::ffff:127.0.0.1"], []]
)
async def test_a_name_that_leads_inside_is_not_called(receiver, call, addresses, allows_loopback):
    attempted = await call(
        f"https://{NAME}/", resolve=resolved_to(*addresses), webhook_loopback=allows_loopback
    )
    assert attempted.outcome is AttemptOutcome.FORBIDDEN_ADDRESS


async def test_this_machine_is_called_only_where_that_is_allowed(receiver, call):
    url = f"http://127.0.0.1:{receiver.port}/"
    attempted = await call(url, webhook_loopback=False)
    assert attempted.outcome is AttemptOutcome.FORBIDDEN_ADDRESS
    attempted = await call(
        f"https://{NAME}/", resolve=resolved_to("127.0.0.1"), webhook_loopback=False
    )
    assert attempted.outcome is AttemptOutcome.FORBIDDEN_ADDRESS
    assert receiver.received == []


@pytest.fixture
async def secure():
    """A receiver by TLS, and the names that it was asked for."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    names = []
    context.sni_callback = lambda _, name, __: names.append(name)
    async with receiving(tls=context) as (receiver, port):
        receiver.port = port
        yield receiver, names


async def test_a_name_is_looked_up_once_and_kept_in_tls_and_host(secure, call):
    receiver, names = secure
    asked = []

    async def resolve(host, port):
        asked.append((host, port))
        return ["127.0.0.1"]

    attempted = await call(
        f"https://{NAME}:{receiver.port}/hooks",
        resolve=resolve,
        tls=ssl.create_default_context(cafile=CERTIFICATE),
    )
    assert attempted.outcome is AttemptOutcome.DELIVERED
    assert asked == [(NAME, receiver.port)]
    assert names == [NAME]
    assert receiver.received[0].headers["host"] == f"{NAME}:{receiver.port}"


async def test_who_says_nothing_in_the_middle_of_tls_is_waited_for_in_vain(call):
    hung_up = asyncio.Event()

    async def say_nothing(reader, writer):
        await hung_up.wait()
        writer.close()

    server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    attempted = await call(f"https://127.0.0.1:{port}/", webhook_timeout_s=0.6)
    hung_up.set()
    server.close()
    assert (attempted.outcome, attempted.status_code) == (AttemptOutcome.TIMED_OUT, None)


async def test_a_certificate_of_another_name_is_insecure(secure, call):
    receiver, _ = secure
    attempted = await call(
        f"https://other.example.com:{receiver.port}/",
        resolve=resolved_to("127.0.0.1"),
        tls=ssl.create_default_context(cafile=CERTIFICATE),
    )
    assert attempted.outcome is AttemptOutcome.INSECURE
    assert receiver.received == []


async def test_a_certificate_that_nobody_vouches_for_is_insecure(secure, call):
    receiver, _ = secure
    attempted = await call(f"https://{NAME}:{receiver.port}/", resolve=resolved_to("127.0.0.1"))
    assert attempted.outcome is AttemptOutcome.INSECURE
    assert receiver.received == []


INTERIM = b"HTTP/1.1 102 Processing\r\n\r\n"


async def test_answers_before_the_answer_are_read_in_sips_and_not_without_end(call):
    async def inform(_, writer):
        with contextlib.suppress(ConnectionError):
            while True:
                writer.write(INTERIM * 100)
                await writer.drain()

    async with await asyncio.start_server(inform, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        attempted = await call(f"http://localhost:{port}/", webhook_timeout_s=20.0)
    assert attempted.outcome is AttemptOutcome.MALFORMED  # by its length, not by its time


async def test_a_few_answers_before_the_answer_do_no_harm(call):
    async def inform(reader, writer):
        await reader.readuntil(b'evt_1"}')
        writer.write(INTERIM * 3 + b"HTTP/1.1 204 No Content\r\n\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(inform, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        attempted = await call(f"http://localhost:{port}/")
    assert (attempted.outcome, attempted.status_code) == (AttemptOutcome.DELIVERED, 204)


async def test_no_connection_is_used_again_for_who_may_be_another_at_the_same_address(call):
    """Its server would keep it open, and answers in the name of the host that it was opened for."""
    opened = []

    async def keep(reader, writer):
        opened.append(writer)
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while await reader.readuntil(b'evt_1"}'):
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
                await writer.drain()
        writer.close()

    settings = Settings(
        database_url="unused", redis_url="unused", webhook_loopback=True, webhook_timeout_s=5.0
    )
    caller = Caller(settings, resolved_to("127.0.0.1"))
    async with await asyncio.start_server(keep, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        for host in ("localhost", "127.0.0.1"):
            asked = Call(url=f"http://{host}:{port}/", headers={}, body=BODY, sent_at=real_now())
            assert (await caller.call(asked)).is_delivered
        await caller.close()
    assert len(opened) == 2
