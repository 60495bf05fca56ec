"""Endpoints and what they were told, as their merchants see them."""

from collections.abc import Sequence

from service.actions.create_endpoint import Created
from service.actions.find_endpoint import signing_of
from service.actions.rotate_secret import FORMER_LASTS_S, Rotated
from service.api.cursors import cursor_of_id
from service.domain.webhook import WebhookEvent
from service.domain.webhook_signature import public_key_text
from service.store.webhook_deliveries import Attempt, Delivery
from service.store.webhook_endpoints import Endpoint
from service.wire.webhooks import (
    NewWebhookEndpoint,
    WebhookAttempt,
    WebhookDelivery,
    WebhookDeliveryDetail,
    WebhookDeliveryPage,
    WebhookEndpoint,
    WebhookSecret,
    job_of_delivery,
    told_outcome,
)

_EVENTS = frozenset(WebhookEvent)


def endpoint_body(endpoint: Endpoint) -> WebhookEndpoint:
    """Return the endpoint without its secrets.

    Event names of a newer release, which was gone back from, are left out: no client of this one
    knows them. The relay tells the endpoint what else it named, all the same.
    """
    return WebhookEndpoint(
        id=endpoint.id,
        url=endpoint.url,
        events=tuple(WebhookEvent(event) for event in endpoint.events if event in _EVENTS),
        description=endpoint.description,
        is_enabled=endpoint.disabled_reason is None,
        disabled_reason=endpoint.disabled_reason,
        created_at=endpoint.created_at,
        failing_since=endpoint.failing_since,
        rest_until=endpoint.rest_until,
        signing=signing_of(endpoint),
        public_key=_key_text(endpoint.public_key),
    )


def new_endpoint_body(created: Created) -> NewWebhookEndpoint:
    """Return the endpoint, and its secret this once."""
    return NewWebhookEndpoint(endpoint=endpoint_body(created.endpoint), secret=created.secret)


def secret_body(rotated: Rotated) -> WebhookSecret:
    """Return the new secret this once, or the public half of it."""
    return WebhookSecret(
        signing=rotated.signing,
        secret=rotated.secret,
        public_key=_key_text(rotated.public_key),
        former_lasts_s=FORMER_LASTS_S,
    )


def _key_text(public_key: bytes | None) -> str | None:
    return None if public_key is None else public_key_text(public_key)


def delivery_body(delivery: Delivery) -> WebhookDelivery:
    """Return the delivery without its text."""
    return WebhookDelivery(
        id=delivery.id,
        event_id=delivery.event_id,
        type=delivery.type,
        job_id=job_of_delivery(delivery.type, delivery.subject_id),
        sequence=delivery.seq,
        status=delivery.status,
        attempts_count=delivery.attempts_count,
        created_at=delivery.created_at,
        next_attempt_at=delivery.due_at,
        ended_at=delivery.ended_at,
    )


def delivery_page(deliveries: Sequence[Delivery], *, limit_count: int) -> WebhookDeliveryPage:
    """Return the page; a full one may have a next."""
    is_full = len(deliveries) == limit_count
    return WebhookDeliveryPage(
        deliveries=tuple(delivery_body(delivery) for delivery in deliveries),
        next_cursor=cursor_of_id(deliveries[-1].id) if is_full else None,
    )


def delivery_detail(
    delivery: Delivery, *, body: bytes, attempts: Sequence[Attempt]
) -> WebhookDeliveryDetail:
    """Return the delivery with its text and its attempts."""
    return WebhookDeliveryDetail(
        delivery=delivery_body(delivery),
        payload=body.decode(),
        attempts=tuple(
            WebhookAttempt(
                number=attempt.number,
                at=attempt.at,
                outcome=told_outcome(attempt.outcome),
                status_code=attempt.status_code,
                duration_ms=attempt.duration_ms,
            )
            for attempt in attempts
        ),
    )
