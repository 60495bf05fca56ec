"""One example of each message that people write by hand or read first, for the document."""

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

import msgspec

from service.domain.errors import OfferRevokedError
from service.domain.ids import CourierId, JobId, MessageId, OfferId, ProofId, StopId
from service.domain.message import TEXT_OF, QuickReply
from service.domain.vocabulary import Actor, ReasonCode, Vehicle
from service.wire.courier_stream import (
    AcceptOffer,
    Ack,
    ArriveAtStop,
    Authenticate,
    Authenticated,
    Capacity,
    CompleteStop,
    DeclineOffer,
    Done,
    Drain,
    FailStop,
    GivenProof,
    Hello,
    Hint,
    JobMessage,
    PastFix,
    Refused,
    ReportPosition,
    Resume,
    SendMessage,
    SetStatus,
    Snapshot,
)
from service.wire.messages import MessageBody
from service.wire.watcher_stream import WatchAuthenticate, WatchHello, WatchResume

_NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
_EPOCH = "0197a1c0-5b7e-4d1e-9b1a-2f6f1d8e7c01"
_OFFER_ID = OfferId(UUID("0197a1c0-5b7e-7000-8000-0000000000f1"))
_JOB_ID = JobId(UUID("0197a1c0-5b7e-7000-8000-0000000000d1"))
_STOP_ID = StopId(UUID("0197a1c0-5b7e-7000-8000-0000000000a1"))
_PROOF_ID = ProofId(UUID("0197a1c0-5b7e-7000-8000-0000000000b1"))
_SAID = "471100"
_COURIER_ID = CourierId(UUID("0197a1c0-5b7e-7000-8000-0000000000c1"))

_MESSAGES: tuple[msgspec.Struct, ...] = (
    Resume(epoch=_EPOCH, after_seq=41),
    Authenticate(ticket="Nq0n5mJ1wXcY"),
    SetStatus(
        status="online",
        vehicle=Vehicle.BIKE,
        capacity=Capacity(weight_g=16_000, volume_l=60, jobs_count=3),
        shift_ends_at=_NOON.replace(hour=18),
        ref="duty",
    ),
    ReportPosition(seq=7, lat_deg=48.2082, lng_deg=16.3738, accuracy_m=8.0),
    Ack(offer_id=_OFFER_ID),
    AcceptOffer(offer_id=_OFFER_ID, ref="a2"),
    DeclineOffer(offer_id=_OFFER_ID, reason="too far"),
    ArriveAtStop(
        stop_id=_STOP_ID,
        fix=PastFix(lat_deg=48.2089, lng_deg=16.3697, accuracy_m=8.0, age_ms=420_000),
    ),
    CompleteStop(stop_id=_STOP_ID, proof=GivenProof(code=_SAID, ids=(_PROOF_ID,)), ref="a3"),
    FailStop(stop_id=_STOP_ID, reason=ReasonCode.RECIPIENT_UNREACHABLE),
    SendMessage(job_id=_JOB_ID, quick_reply=QuickReply.NOBODY_ANSWERS, ref="a4"),
    Hello(
        courier_id=_COURIER_ID,
        market_id="vienna",
        epoch=_EPOCH,
        seq=44,
        server_time=_NOON,
        time_scale=1.0,
        resume_within_ms=600_000,
        position_interval_ms=4_000,
        session_ms=900_000,
    ),
    Authenticated(session_ms=900_000),
    Snapshot(epoch=_EPOCH, seq=44, recovered=True, state=None),
    JobMessage(
        seq=45,
        message=MessageBody(
            id=MessageId(UUID("7c0b7ac5-5c6f-5d53-9d0b-0d2f4e9a1b10")),
            job_id=_JOB_ID,
            number=1,
            sender=Actor.OPS,
            courier_id=_COURIER_ID,
            text=TEXT_OF[QuickReply.WHERE_ARE_YOU],
            quick_reply=QuickReply.WHERE_ARE_YOU,
            sent_at=_NOON,
        ),
    ),
    Hint(lat_deg=48.21, lng_deg=16.37, expires_in_ms=120_000, reason="demand"),
    Drain(reconnect_in_ms=4_000),
    Done(ref="a1"),
    Refused(code=OfferRevokedError.code, detail="the offer was taken back", ref="a2"),
    WatchResume(epoch=_EPOCH, after_seq=41),
    WatchAuthenticate(ticket="Nq0n5mJ1wXcY"),
    WatchHello(
        stream="ops",
        owner_id="vienna",
        epoch=_EPOCH,
        seq=44,
        server_time=_NOON,
        time_scale=1.0,
        resume_within_ms=600_000,
        session_ms=900_000,
    ),
)

EXAMPLES: Mapping[type[msgspec.Struct], object] = {
    type(message): msgspec.json.decode(msgspec.json.encode(message)) for message in _MESSAGES
}
