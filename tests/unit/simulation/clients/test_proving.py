"""A simulated courier gives what a stop asks for, and the same thing when it is asked again."""

import random
from datetime import UTC, datetime
from uuid import UUID

import httpx
import msgspec
import pytest

from service.client.rest import RefusedError, Rest
from service.domain.lifecycle import StopKind, StopStatus
from service.domain.picture import PictureType, read_picture
from service.domain.proof import check_picture
from service.domain.vocabulary import ProofKind
from service.simulation.clients.proving import Spoken, prove
from service.wire.rest import ItemBody, TrackedJob
from service.wire.route import RouteStop

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
JOB_ID = UUID(int=1)
STOP = RouteStop(
    stop_id=UUID(int=2),
    job_id=JOB_ID,
    kind=StopKind.DROPOFF,
    status=StopStatus.ARRIVED,
    lat_deg=48.2,
    lng_deg=16.37,
    address="Graben 1",
    contact_name=None,
    contact_phone=None,
    instructions=None,
    service_s=60,
    ready_at=None,
    due_at=None,
    required_proofs=tuple(ProofKind),
)
POSTED = TrackedJob(
    id=JOB_ID,
    status="open",
    version=1,
    attempt=1,
    reference=None,
    item=ItemBody(),
    requirements=(),
    vehicles=(),
    is_unmixed=False,
    fee_cents=500,
    currency="EUR",
    created_at=NOON,
    ready_at=NOON,
    due_at=NOON,
    search_until=NOON,
    ended_at=None,
    courier_id=None,
    bundle_id=None,
    ended_by=None,
    reason=None,
    stops=(),
    dropoff_code="471100",
)


class Server:
    """Takes pictures as the service does, or answers with this status."""

    def __init__(self, status=200):
        self.status = status
        self.uploads = []

    def __call__(self, request):
        self.uploads.append(request)
        return httpx.Response(self.status, content=b"{}")

    @property
    def rest(self):
        http = httpx.AsyncClient(base_url="http://localhost", transport=httpx.MockTransport(self))
        return Rest(http, key="hh_test_k", rng=random.Random(1))


@pytest.fixture
def spoken():
    spoken = Spoken()
    spoken.learn(POSTED)
    return spoken


async def test_all_that_is_asked_for_is_given(spoken):
    server = Server()
    given = await prove(STOP, server.rest, spoken)
    assert given.code == POSTED.dropoff_code
    assert len(given.ids) == 2
    for request, proof_id in zip(server.uploads, given.ids, strict=True):
        kind = ProofKind(request.url.params["kind"])
        picture = read_picture(request.content)
        check_picture(kind, picture, bytes_count=len(request.content))
        assert picture.type is PictureType(request.headers["content-type"])
        assert request.url.path == f"/v1/courier/stops/{STOP.stop_id}/proofs/{proof_id}"


async def test_the_same_pictures_are_sent_again(spoken):
    server = Server()
    assert await prove(STOP, server.rest, spoken) == await prove(STOP, server.rest, spoken)
    first, second = server.uploads[:2], server.uploads[2:]
    assert [one.content for one in first] == [one.content for one in second]


async def test_where_nothing_is_asked_nothing_is_given(spoken):
    server = Server()
    given = await prove(msgspec.structs.replace(STOP, required_proofs=()), server.rest, spoken)
    assert (given.code, given.ids, server.uploads) == (None, (), [])


async def test_at_the_pickup_nobody_says_the_code_of_the_door(spoken):
    pickup = msgspec.structs.replace(STOP, kind=StopKind.PICKUP, required_proofs=(ProofKind.CODE,))
    assert (await prove(pickup, Server().rest, spoken)).code is None


async def test_a_picture_that_is_refused_is_told(spoken):
    with pytest.raises(RefusedError):
        await prove(STOP, Server(status=404).rest, spoken)
