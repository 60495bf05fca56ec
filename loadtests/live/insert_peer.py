"""What PostgreSQL alone does with the rows of a new job: pgbench runs the product's own statements.

A database of its own on the same server, with the product's schema, gets one job through the
product, which is listened to. Its statements that insert, with the values that were bound, become
a script of one transaction: the stored answer, the job, its two stops, its link and its two facts,
bound and prepared as the product does, with new ids by time and new digests. What the product reads
before is left out.
"""

import re
import shutil
import tempfile
from asyncio import create_subprocess_exec
from asyncio.subprocess import PIPE
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import msgspec

from loadtests.live.people import CENTER_DEG, MARKET_ID, settle
from loadtests.plain import is_sequence
from service.actions.once import Once
from service.actions.post_job import post_job
from service.api.present import job_body
from service.domain.geo import Point
from service.domain.ids import MerchantId
from service.domain.job import JobRequest, PlaceRequest
from service.domain.policy import Policy
from service.domain.vocabulary import SizeClass
from service.embedded.binaries import find_postgres
from service.runtime import Runtime
from service.settings import Settings
from service.store import deployment
from service.store.connection import Connection, Row
from service.store.migrations import migrate
from service.store.pool import Pool, open_pool

DATABASE = "peer"
KEY = "of the one job that is listened to"
ROWS_COUNT_OF_A_POST = {"idempotency": 1, "job": 1, "stop": 2, "tracking": 1, "fact": 2}
DIGEST_BYTES = 32
_COUNTS = " UNION ALL ".join(
    f"SELECT '{table}' AS name, count(*)::int8 AS rows_count FROM {table}"  # noqa: S608  # ours
    for table in ROWS_COUNT_OF_A_POST
)
_PARAMETER = re.compile(r"\$(\d+)")
_COMMENT = re.compile(r"^--.*\n", re.MULTILINE)
_INSERTS = re.compile(r"\bINSERT INTO\b")
_DOCUMENT = re.compile(r"\$(\d+) \w+ jsonb\b")  # in a query's header
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class PeerError(Exception):
    """There is no pgbench, or it failed."""


class Statement(NamedTuple):
    """What was sent to Postgres."""

    text: str
    values: tuple[object, ...]


class Script(NamedTuple):
    """A script of pgbench, and the variables that it is started with."""

    text: str
    variables: Mapping[str, str]


class InsertPeer(NamedTuple):
    """A database that is ready for pgbench."""

    settings: Settings  # of the database
    script: Script

    async def run(self, *, clients_count: int, duration_s: int) -> list[float]:
        """Insert with so many clients for so long; return how long each transaction took.

        Raises:
            PeerError: pgbench failed, or a transaction did.
        """
        with tempfile.TemporaryDirectory(prefix="hexhaul-pgbench-") as name:
            folder = Path(name)
            path = folder / "script.sql"
            path.write_text(self.script.text)
            process = await create_subprocess_exec(
                *(pgbench(), "--no-vacuum", "--protocol=prepared", f"--file={path}", "--log"),
                *(f"--client={clients_count}", "--jobs=1", f"--time={duration_s}"),
                *(f"--define={name}={value}" for name, value in self.script.variables.items()),
                self.settings.database_url,
                stdout=PIPE,
                stderr=PIPE,
                cwd=folder,
            )
            try:
                _, complaints = await process.communicate()
            finally:
                if process.returncode is None:
                    process.kill()
            took_s = _logged_s(folder)
        if process.returncode != 0:
            raise PeerError(complaints.decode())
        return took_s

    async def rows_counts(self) -> Mapping[str, int]:
        """Return how many answers, jobs, stops and facts there are, by table."""
        pool = await open_pool(self.settings)
        try:
            async with pool.connection() as conn:
                rows = await conn.fetch(_COUNTS)
        finally:
            await pool.close()
        return {str(row["name"]): int(str(row["rows_count"])) for row in rows}


def _logged_s(folder: Path) -> list[float]:
    """Return how long each transaction took, as pgbench's logs say."""
    logs = [log.read_text() for log in folder.glob("pgbench_log.*")]
    return [int(line.split()[2]) / 1e6 for log in logs for line in log.splitlines()]


def pgbench() -> str:
    """Return the pgbench that belongs to the server, or the one on PATH.

    Raises:
        PeerError: there is none.
    """
    beside = find_postgres().path.with_name("pgbench")
    found = str(beside) if beside.exists() else shutil.which("pgbench")
    if found is None:
        raise PeerError("there is no pgbench, neither beside postgres nor on PATH")
    return found


async def make_peer(runtime: Runtime) -> InsertPeer:
    """Create the database on the server of this runtime, and learn the script from one job."""
    async with runtime.pool.connection() as conn:
        await conn.execute(f"CREATE DATABASE {DATABASE}")
    url = runtime.settings.database_url.replace("/postgres?", f"/{DATABASE}?")
    settings = msgspec.structs.replace(runtime.settings, database_url=url)
    await migrate(settings)
    pool = await open_pool(settings)
    try:
        async with pool.transaction() as conn:
            await deployment.create_deployment(conn, epoch=runtime.epoch, time_scale=1.0)
        heard = list[Statement]()
        peer = msgspec.structs.replace(runtime, pool=pool)
        people = await settle(
            peer, couriers_count=0, online_count=0, merchants_count=1, policy=Policy()
        )
        merchant_id = MerchantId(people.merchants[0].id)
        overheard = msgspec.structs.replace(peer, pool=_OverheardPool(pool, heard))
        await _post_one(overheard, merchant_id)
    finally:
        await pool.close()
    return InsertPeer(settings, script_of(heard, kept=merchant_id, key=KEY))


def script_of(statements: Sequence[Statement], *, kept: UUID, key: str) -> Script:
    """Return the inserts among the statements as one transaction of pgbench.

    Args:
        statements: in order, with the values that were bound.
        kept: the one id that stays; every other one is new in each transaction.
        key: the idempotency key, which is new in each transaction as well.
    """
    words, lines = _Words(kept, key), list[str]()
    for text, values in statements:
        bare = _COMMENT.sub("", text).strip()
        if _INSERTS.search(bare):
            lines.append(_PARAMETER.sub(words.of_each(text, values), bare) + ";")
    new = ", ".join(f"uuidv7() AS {name}" for name in ("key", *words.names.values()))
    return Script(
        "\n".join((f"SELECT {new} \\gset", "BEGIN;", *lines, "COMMIT;", "")), words.variables
    )


class _Words:
    """How values are written in the script: as variables, and ids as new ones."""

    def __init__(self, kept: UUID, key: str) -> None:
        self._kept, self._key = kept, key
        self.names = dict[object, str]()  # by the id or digest that is to be a new one
        self.variables = dict[str, str]()

    def of_each(self, text: str, values: Sequence[object]) -> Callable[[re.Match[str]], str]:
        """Return what writes the parameters of a statement, whose header tells their types."""
        documents = {int(number) for number in _DOCUMENT.findall(text)}
        written = {
            number: self._document(value) if number in documents else self._value(value)
            for number, value in enumerate(values, start=1)
        }
        return lambda found: written[int(found[1])]

    def _value(self, value: object) -> str:
        match value:
            case None:
                return "NULL"
            case UUID() if value != self._kept:
                return self._new_id(value)
            case bytes() if len(value) == DIGEST_BYTES:  # a token's is its own
                return f"sha256(uuid_send({self._new_id(value)}))"
            case str() if value == self._key:
                return ":key"
            case _ if is_sequence(value) and any(isinstance(each, UUID) for each in value):
                return f"ARRAY[{', '.join(map(self._value, value))}]"
            case _:
                return self._variable(literal(value))

    def _document(self, value: object) -> str:
        """Return a JSON document with each id in it replaced by the new one."""
        text = msgspec.json.encode(value).decode()
        written = f"{self._variable(text)}::text"
        for id_ in sorted(set(_ID.findall(text)) - {str(self._kept)}):
            written = f"replace({written}, '{id_}', {self._new_id(UUID(id_))}::text)"
        return f"({written})::jsonb"

    def _new_id(self, of: UUID | bytes) -> str:
        return ":" + self.names.setdefault(of, f"new_{len(self.names)}")

    def _variable(self, text: str) -> str:
        name = f"value_{len(self.variables)}"
        self.variables[name] = text
        return f":{name}"


def literal(value: object) -> str:
    """Return a value as Postgres reads it from text."""
    match value:
        case bool():
            return "true" if value else "false"
        case bytes():
            return f"\\x{value.hex()}"
        case datetime():
            return value.isoformat()
        case _ if is_sequence(value):
            return "{" + ",".join(map(_element, value)) + "}"
        case str() | int() | float() | UUID():
            return str(value)
        case _:
            return msgspec.json.encode(value).decode()


def _element(value: object) -> str:
    if value is None:
        return "NULL"
    return '"' + literal(value).replace("\\", "\\\\").replace('"', '\\"') + '"'


# ------------------------------------------------------------------ listening to the product
class _Overheard:
    """A connection that notes what is sent over it."""

    def __init__(self, conn: Connection, heard: list[Statement]) -> None:
        self._conn, self._heard = conn, heard

    async def execute(self, query: str, *args: object) -> str:
        self._heard.append(Statement(query, args))
        return await self._conn.execute(query, *args)

    async def fetch(self, query: str, *args: object) -> list[Row]:
        self._heard.append(Statement(query, args))
        return await self._conn.fetch(query, *args)

    async def fetchrow(self, query: str, *args: object) -> Row | None:
        self._heard.append(Statement(query, args))
        return await self._conn.fetchrow(query, *args)

    async def copy_records_to_table(
        self, table_name: str, *, records: Iterable[tuple[object, ...]], columns: Sequence[str]
    ) -> str:
        return await self._conn.copy_records_to_table(table_name, records=records, columns=columns)


class _OverheardPool(Pool):
    """A pool whose transactions are noted."""

    def __init__(self, pool: Pool, heard: list[Statement]) -> None:
        self._below, self._heard = pool, heard

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[Connection]:
        """Lend a connection that notes what is sent."""
        async with self._below.transaction() as conn:
            yield _Overheard(conn, self._heard)


async def _post_one(runtime: Runtime, merchant_id: MerchantId) -> None:
    await post_job(
        runtime,
        market_id=MARKET_ID,
        request=JobRequest(
            pickup=_place("Graben 1", Point(*CENTER_DEG)),
            dropoff=_place("Naschmarkt 5", Point(CENTER_DEG[0] - 0.01, CENTER_DEG[1] - 0.01)),
            size_class=SizeClass.SMALL,
            weight_g=1_500,
            items_count=2,
            requirements=(),
            vehicles=None,
            reference=None,
            ready_at=None,
            due_at=None,
            fee_cents=None,
        ),
        once=Once(merchant_id=merchant_id, key=KEY, request_sha256=bytes(32)),
        present=lambda job: msgspec.json.encode(job_body(job)),
    )


def _place(address: str, point: Point) -> PlaceRequest:
    return PlaceRequest(
        point=point,
        address=address,
        contact_name="Max",
        contact_phone="+4315331234",
        instructions=None,
    )
