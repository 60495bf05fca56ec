"""The REST bodies about webhooks, and what an endpoint is sent."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from service.domain.facts import MessageSnapshot, event_id
from service.domain.ids import CourierId, DeliveryId, EndpointId, JobId, MarketId, MessageId
from service.domain.vocabulary import Actor, AttemptOutcome, DeliveryStatus, DisabledReason, Signing
from service.domain.webhook import WebhookEvent
from service.domain.webhook_address import URL_LENGTH_MAX
from service.wire.event import API_VERSION
from service.wire.rest import EventBody
from service.wire.text import PRINTABLE, Instant

TEST_EVENT: Literal["webhook.test"] = "webhook.test"
MESSAGE_EVENT: Literal["message.sent"] = "message.sent"


class _Request(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a client sends. Unknown fields are refused: they are bugs or probes."""


class _Body(msgspec.Struct, frozen=True, kw_only=True):
    """What a client is told."""


# ------------------------------------------------------------------ what is sent
class WebhookBody(EventBody, frozen=True):
    """An event as an endpoint is told it: that of the job's timeline, and two things more.

    `job_version` grows with the job: what has a smaller one than you know is old news. `gap` says
    that an event of this job before this one was given up.
    """

    job_version: int
    gap: bool


class MessageData(_Body, frozen=True):
    """That something was said about a job; its words are read with the job's messages."""

    id: MessageId
    job_id: JobId
    number: int  # of the job's messages, from 1
    sender: Actor
    courier_id: CourierId  # who had the job, whoever said it


class MessageEventBody(_Body, frozen=True, kw_only=True):
    """That something was said about a job, as an endpoint is told it; `gap` as with its events."""

    id: str
    type: Literal["message.sent"] = MESSAGE_EVENT
    created_at: datetime
    api_version: str = API_VERSION
    livemode: bool
    market_id: str
    data: MessageData
    gap: bool = False


class TestData(_Body, frozen=True):
    endpoint_id: EndpointId


class TestEventBody(_Body, frozen=True, kw_only=True):
    """What an endpoint is told when its merchant wants to see whether it hears."""

    id: str
    type: Literal["webhook.test"] = TEST_EVENT
    created_at: datetime
    api_version: str = API_VERSION
    livemode: bool
    market_id: str
    data: TestData


def webhook_body(event: EventBody) -> WebhookBody:
    """Return the event as an endpoint is told it, nothing missing before it."""
    values = {name: getattr(event, name) for name in event.__struct_fields__}
    return WebhookBody(**values, job_version=event.data.version, gap=False)


def message_event_body(
    said: MessageSnapshot,
    *,
    fact_id: int,
    sender: Actor,
    at: datetime,
    market_id: MarketId,
    livemode: bool,
) -> MessageEventBody:
    """Return what an endpoint is told of a message, nothing missing before it."""
    return MessageEventBody(
        id=event_id(fact_id),
        created_at=at,
        livemode=livemode,
        market_id=market_id,
        data=MessageData(
            id=said.id,
            job_id=said.job_id,
            number=said.number,
            sender=sender,
            courier_id=said.courier_id,
        ),
    )


def with_gap(body: bytes) -> bytes:
    """Return the text of an event as it reads where the one before was given up.

    All else stays to the letter: the text may be of a release that said other things.
    """
    told = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
    return msgspec.json.encode(told | {"gap": msgspec.Raw(b"true")})


# ------------------------------------------------------------------ endpoints
class EndpointRequest(_Request, frozen=True):
    """Where to tell, and what: no `events` means all of jobs; `message.sent` has to be named.

    With `hmac` calls are signed by a secret that is shared, with `ed25519` by a pair of keys.
    """

    url: Annotated[str, Meta(min_length=1, max_length=URL_LENGTH_MAX, pattern=PRINTABLE)]
    events: Annotated[list[WebhookEvent], Meta(max_length=len(WebhookEvent))] = []
    description: Annotated[str, Meta(max_length=200, pattern=PRINTABLE)] = ""
    is_enabled: bool = True
    signing: Signing = Signing.HMAC


class EndpointChange(_Request, frozen=True, kw_only=True):
    """The whole endpoint. Whether it is told has to be said: silence would enable it again."""

    url: Annotated[str, Meta(min_length=1, max_length=URL_LENGTH_MAX, pattern=PRINTABLE)]
    events: Annotated[list[WebhookEvent], Meta(max_length=len(WebhookEvent))] = []
    description: Annotated[str, Meta(max_length=200, pattern=PRINTABLE)] = ""
    is_enabled: bool


class WebhookEndpoint(_Body, frozen=True):
    """`failing_since` its last success; nobody calls before `rest_until`.

    `signing` and, with `ed25519`, `public_key` (`whpk_...`) are those of its newest secret.
    """

    id: EndpointId
    url: str
    events: tuple[WebhookEvent, ...]
    description: str
    is_enabled: bool
    disabled_reason: DisabledReason | None
    created_at: datetime
    failing_since: datetime | None
    rest_until: datetime | None
    signing: Signing
    public_key: str | None


class WebhookEndpointList(_Body, frozen=True):
    endpoints: tuple[WebhookEndpoint, ...]


class NewWebhookEndpoint(_Body, frozen=True):
    """The secret is shown here and never again; null with `ed25519`: the public key is enough."""

    endpoint: WebhookEndpoint
    secret: str | None


class RotationRequest(_Request, frozen=True):
    """What is signed with from now on; null is as before."""

    signing: Signing | None = None


class WebhookSecret(_Body, frozen=True):
    """The new secret, shown here and never again; the one before signs as well for so long.

    With `ed25519` it is null, and `public_key` is what verifies.
    """

    signing: Signing
    secret: str | None
    public_key: str | None
    former_lasts_s: int


# ------------------------------------------------------------------ deliveries
class WebhookDelivery(_Body, frozen=True):
    """`sequence` in the lane of the job at this endpoint; without a job it is a test event."""

    id: DeliveryId
    event_id: str
    type: str
    job_id: JobId | None
    sequence: int
    status: DeliveryStatus
    attempts_count: int
    created_at: datetime
    next_attempt_at: datetime | None
    ended_at: datetime | None


class WebhookDeliveryPage(_Body, frozen=True):
    """`next_cursor` asks for what follows; null at the end."""

    deliveries: tuple[WebhookDelivery, ...]
    next_cursor: str | None


class CallOutcome(StrEnum):
    """How a call ended, for its merchant.

    What strangers may not have us call is not told apart from what is not there.
    """

    DELIVERED = "delivered"
    REFUSED = "refused"
    REDIRECTED = "redirected"
    GONE = "gone"
    TIMED_OUT = "timed_out"
    UNREACHABLE = "unreachable"
    INSECURE = "insecure"
    MALFORMED = "malformed"
    INTERNAL = "internal"


def told_outcome(outcome: AttemptOutcome) -> CallOutcome:
    """Return the outcome as a merchant is told it."""
    if outcome is AttemptOutcome.FORBIDDEN_ADDRESS:
        return CallOutcome.UNREACHABLE
    return CallOutcome(outcome.value)


class WebhookAttempt(_Body, frozen=True):
    number: int
    at: datetime
    outcome: CallOutcome
    status_code: int | None
    duration_ms: int


class WebhookDeliveryDetail(_Body, frozen=True):
    """The text that is signed, and the newest attempts, newest first."""

    delivery: WebhookDelivery
    payload: str
    attempts: tuple[WebhookAttempt, ...]


class ReplayRequest(_Request, frozen=True):
    """Send again what was given up since then."""

    since: Instant


class Replay(_Body, frozen=True):
    """Unless it `is_complete`, ask again for the rest."""

    replayed_count: int
    is_complete: bool


def job_of_delivery(type: str, subject_id: UUID) -> JobId | None:
    """Return the job that an event is about; None for a test event."""
    return None if type == TEST_EVENT else JobId(subject_id)
