"""Records to put into Redis, and a server of a test's own that may be frozen and killed."""

import asyncio
import signal
import socket
import subprocess
import time
from datetime import UTC, datetime
from uuid import UUID

import pytest
from msgspec.structs import replace

from service.domain.ids import CourierId, JobId, MarketId
from service.domain.load import NOTHING, Load
from service.domain.vocabulary import Vehicle
from service.embedded.binaries import find_valkey
from service.embedded.valkey import answers_ping
from service.live.connect import open_redis
from service.live.records import LiveFix, OpenJob, RosterEntry
from service.settings import Settings

PATIENCE_S = 10.0
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


class ValkeyProcess:
    """A server that forgets everything when it ends."""

    def __init__(self, folder):
        self._folder = folder
        self._socket_path = folder / "valkey.sock"
        self._process = None
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = probe.getsockname()[1]

    @property
    def settings(self):
        """Impatient ones: nothing here waits for more than one answer."""
        return Settings(
            database_url="", redis_url=f"unix://{self._socket_path}", redis_timeout_s=0.1
        )

    @property
    def tcp_settings(self):
        return replace(self.settings, redis_url=f"redis://127.0.0.1:{self._port}")

    def _spawn(self):
        options = ["--bind", "127.0.0.1", "--port", str(self._port), "--save", ""]
        options += ["--unixsocket", self._socket_path]
        log_file = self._folder / "valkey.log"
        self._process = subprocess.Popen(
            [find_valkey().path, *options, "--dir", self._folder, "--logfile", log_file]
        )

    async def start(self):
        self._spawn()
        deadline_s = time.monotonic() + PATIENCE_S
        while not answers_ping(self._socket_path):
            assert time.monotonic() < deadline_s
            await asyncio.sleep(0.01)

    def freeze(self):
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self):
        self._process.send_signal(signal.SIGCONT)

    def kill(self):
        self._process.kill()
        self._process.wait()


@pytest.fixture
async def valkey(tmp_path_factory):
    server = ValkeyProcess(tmp_path_factory.mktemp("valkey"))
    await server.start()
    yield server
    server.kill()


@pytest.fixture
async def mortal_redis(valkey):
    client = open_redis(valkey.settings)
    yield client
    await client.aclose()


@pytest.fixture(scope="session")
def market_id():
    return MarketId("vienna")


@pytest.fixture(scope="session")
def make_job():
    def make(number=1, *, lat_deg=48.2, lng_deg=16.37, version=1):
        return OpenJob(
            job_id=JobId(UUID(int=number)),
            version=version,
            pickup_lat_deg=lat_deg,
            pickup_lng_deg=lng_deg,
            dropoff_lat_deg=48.21,
            dropoff_lng_deg=16.38,
            ready_at=NOON,
            due_at=NOON,
            opened_at=NOON,
            load=Load(500, 5, 1),
            vehicles=(Vehicle.BIKE,),
            requirements=(),
            pickup_service_s=120,
            dropoff_service_s=60,
            search_round=0,
            refused_by=(CourierId(UUID(int=7)),),
            fee_cents=690,
        )

    return make


@pytest.fixture(scope="session")
def make_entry():
    def make(number=1, *, version=1):
        return RosterEntry(
            courier_id=CourierId(UUID(int=number)),
            version=version,
            vehicle=Vehicle.BIKE,
            capacity=Load(16_000, 60, 6),
            aboard=NOTHING,
            abilities=(),
            shift_ends_at=NOON,
            live_jobs_count=0,
            route=(),
        )

    return make


@pytest.fixture(scope="session")
def make_fix():
    def make(
        number=1, *, lat_deg=48.2, lng_deg=16.37, received_at_ms=1_000, connection=0, seq=None
    ):
        return LiveFix(
            courier_id=CourierId(UUID(int=number)),
            lat_deg=lat_deg,
            lng_deg=lng_deg,
            accuracy_m=10.0,
            received_at_ms=received_at_ms,
            connection=connection,
            seq=received_at_ms if seq is None else seq,
        )

    return make


@pytest.fixture
def read_cells(redis):
    """Return what each cell hash of a kind holds: id and record, once per place."""

    async def read(kind):
        entries = []
        for key in await redis.execute("KEYS", f"*:cell:*:{kind}"):
            ids = await redis.execute("HKEYS", key)
            records = await redis.execute("HVALS", key)
            entries += [(UUID(bytes=id), record) for id, record in zip(ids, records, strict=True)]
        return sorted(entries)

    return read
