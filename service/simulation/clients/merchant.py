"""A simulated merchant: posts jobs, follows its stream, and sometimes cancels."""

import asyncio
import random
from collections.abc import Callable
from contextlib import suppress
from uuid import uuid4

import msgspec

from service.client.rest import RefusedError, Rest, UnansweredError
from service.client.streams import merchant_connection
from service.clock import real_now
from service.domain.ids import CourierId, JobId
from service.domain.vocabulary import ReasonCode
from service.simulation.clients.job_board import JobBoard, is_cancelable
from service.simulation.clients.proving import Spoken
from service.wire.rest import CancelJobBody, JobBody, PostJobBody, TrackedJob
from service.wire.watcher_stream import (
    MerchantEvent,
    MerchantMessage,
    MerchantSnapshot,
    MoreJobs,
)
from service.wire.webhooks import EndpointRequest, NewWebhookEndpoint

_decode_job = msgspec.json.Decoder(TrackedJob).decode
_decode_endpoint = msgspec.json.Decoder(NewWebhookEndpoint).decode


class MerchantClient:
    """One merchant; `run` follows the stream, the other methods may be called meanwhile."""

    def __init__(self, rest: Rest, *, rng: random.Random, spoken: Spoken) -> None:
        self.board = JobBoard()
        self._spoken = spoken
        self._rest = rest
        self.connection = merchant_connection(rest, hear=self._hear, rng=rng)

    async def run(self) -> None:
        """Follow the stream until the server says not to come back."""
        await self.connection.run()

    async def post(
        self, body: PostJobBody, *, idle_couriers_for: Callable[[JobBody], frozenset[CourierId]]
    ) -> JobBody | None:
        """Post a job, again with the same key until that is answered; None if it was not taken."""
        try:
            answer = await self._rest.send("POST", "/v1/jobs", body, idempotency_key=str(uuid4()))
        except RefusedError as error:
            self.board.refused_codes.append(error.code)
            return None
        except UnansweredError:
            self.board.unanswered_references.append(body.reference or "")
            return None
        answered_at = real_now()
        job = _decode_job(answer)
        self._spoken.learn(job)
        self.board.post(job, answered_at=answered_at, idle_courier_ids=idle_couriers_for(job))
        return job

    async def cancel_after(self, job_id: JobId, *, pause_s: float) -> None:
        """Cancel the job after a pause (real time) if its courier is not there yet."""
        await asyncio.sleep(pause_s)
        if not is_cancelable(self.board.status_of.get(job_id)):
            return
        body = CancelJobBody(reason=ReasonCode.CUSTOMER_CANCELLATION_REQUESTED)
        with suppress(RefusedError, UnansweredError):  # the courier was faster
            await self._rest.send("POST", f"/v1/jobs/{job_id}/cancellation", body)

    async def listen_at(self, url: str) -> str:
        """Have the merchant's own server told of everything; return the secret that signs.

        Raises:
            RefusedError, UnansweredError: it is not told.
        """
        body = EndpointRequest(url=url)
        answer = await self._rest.send(
            "POST", "/v1/webhook-endpoints", body, idempotency_key=str(uuid4())
        )
        secret = _decode_endpoint(answer).secret
        assert secret is not None, "it is shared, as was not asked otherwise"
        return secret

    async def _hear(self, message: MerchantMessage) -> None:
        if isinstance(message, MerchantEvent):
            self.board.hear_event(message)
        elif isinstance(message, MerchantSnapshot):
            self.board.hear_snapshot(message)
        elif isinstance(message, MoreJobs):
            self.board.hear_more(message.jobs)
