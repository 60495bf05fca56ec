"""Real servers for the session; every test finds Redis empty and a database of its own."""

import asyncio
import itertools
import shutil
import tempfile
from pathlib import Path
from uuid import uuid4

import asyncpg
import msgspec
import pytest

from service.actions import passwords
from service.actions.create_market import MarketRequest, create_market
from service.actions.enroll import CourierEntry, MerchantEntry, OperatorEntry, enroll
from service.clock import real_now
from service.domain.geo import Point
from service.domain.ids import MarketId
from service.domain.policy import Policy
from service.domain.sealing import new_chain
from service.domain.vocabulary import Vehicle
from service.embedded.client import EmbeddedServers
from service.key_file import recipient_keys_of, write_new_key_file
from service.live.connect import open_redis
from service.runtime import open_runtime
from service.settings import Settings
from service.store import deployment
from service.store.migrations import migrate
from service.store.pool import open_pool

VIENNA = Point(48.2082, 16.3738)
MARKET_ID = MarketId("vienna")

MEMORY_DIR = Path("/dev/shm")  # noqa: S108  # a folder of our own in it
MEMORY_BYTES_MIN = 4 * 1024**3  # free: as much as two sessions ever need, and again

_counter = itertools.count()


@pytest.fixture(scope="session", autouse=True)
def quick_passwords():
    """A guess takes a third of a second, which only `test_passwords` is to wait for."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "COST_LOG2", 4)
        yield


@pytest.fixture(scope="session")
def servers():
    """In memory where there is room: a database is a thousand files, and each test has its own."""
    is_roomy = MEMORY_DIR.is_dir() and shutil.disk_usage(MEMORY_DIR).free >= MEMORY_BYTES_MIN
    with (
        tempfile.TemporaryDirectory(dir=MEMORY_DIR if is_roomy else None) as folder,
        EmbeddedServers(Path(folder), durable=False) as urls,
    ):
        yield urls


@pytest.fixture(scope="session")
def settings(servers):
    return Settings(
        database_url=servers.database_url,
        redis_url=servers.redis_url,
        merchant_requests_per_s_max=10_000.0,  # tests ask as fast as they can
        courier_requests_per_s_max=10_000.0,
        ops_requests_per_s_max=10_000.0,
        stranger_requests_per_s_max=10_000.0,
        recipient_requests_per_s_max=10_000.0,
        failed_keys_per_min_max=600_000.0,
        relay_unknown_s=0.0,
        courier_sockets_per_min_max=10_000.0,
        watcher_sockets_per_min_max=10_000.0,
    )


@pytest.fixture
async def redis(settings):
    client = open_redis(settings)
    await client.execute("FLUSHALL")
    yield client
    await client.aclose()


def url_of(settings: Settings, database: str) -> str:
    """Return the URL of another database of the same server."""
    return settings.database_url.replace("/postgres?", f"/{database}?")


async def _make_template(settings: Settings) -> None:
    conn = await asyncpg.connect(settings.database_url)
    await conn.execute("CREATE DATABASE template_hexhaul")
    await conn.close()
    template = msgspec.structs.replace(settings, database_url=url_of(settings, "template_hexhaul"))
    await migrate(template)
    pool = await open_pool(template)
    async with pool.connection() as conn:
        await deployment.create_deployment(conn, epoch=uuid4(), time_scale=1.0)
    await pool.close()


@pytest.fixture(scope="session")
def template(settings):
    """The name of a migrated database that the tests' own are copied from."""
    asyncio.run(_make_template(settings))
    return "template_hexhaul"


@pytest.fixture(scope="session")
def key_file(tmp_path_factory):
    """The path of keys for what is known of recipients, which all tests seal."""
    path = tmp_path_factory.mktemp("keys") / "recipients"
    write_new_key_file(path, new_chain(real_now()))
    return str(path)


@pytest.fixture
async def database(settings, template, key_file):
    """The settings for a database of this test's own."""
    name = f"test_{next(_counter)}"
    conn = await asyncpg.connect(settings.database_url)
    await conn.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    url = url_of(settings, name)
    yield msgspec.structs.replace(settings, database_url=url, recipient_keys=key_file)
    await conn.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await conn.close()


@pytest.fixture
async def conn(database):
    """A bare connection to this test's database, to look behind the store."""
    conn = await asyncpg.connect(database.database_url)
    yield conn
    await conn.close()


@pytest.fixture
async def runtime(database, redis):
    """A runtime on this test's database, with Redis empty."""
    async with open_runtime(database, recipient_keys=recipient_keys_of(database)) as runtime:
        yield runtime


@pytest.fixture
async def market(runtime):
    """A market around Vienna with the default policy."""
    request = MarketRequest(
        market_id=MARKET_ID,
        name="Vienna",
        currency="EUR",
        timezone="Europe/Vienna",
        center=VIENNA,
        service_radius_m=15_000.0,
        policy=Policy(),
    )
    assert await create_market(runtime, request)
    return MARKET_ID


@pytest.fixture
async def keys(runtime, market):
    """The keys of one merchant, three couriers on bikes and one operator, in this order."""
    entries = [
        MerchantEntry(name="Bakery Strobl"),
        *(CourierEntry(name=name, vehicle=Vehicle.BIKE) for name in ("Anna", "Ben", "Cleo")),
        OperatorEntry(name="Olga"),
    ]
    return await enroll(runtime, market_id=market, entries=entries)
