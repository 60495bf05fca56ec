"""One call of an endpoint: to an address that was checked, bounded in time and size.

The name is looked up once and the connection goes to what was checked, under the host's own name in
TLS and in `Host`. Redirects are not followed, and nothing is kept open between calls: endpoints
behind one address must not share a connection.
"""

import asyncio
import ssl
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from email.utils import parsedate_to_datetime

import httpx
from msgspec import Struct

from service.clock import monotonic_s
from service.domain.vocabulary import AttemptOutcome
from service.domain.webhook import Attempted
from service.domain.webhook_address import ForbiddenUrlError, Target, check_addresses, check_url
from service.settings import Settings
from service.webhooks.resolve import Resolve
from service.webhooks.sips import HEAD_BYTES_MAX, SippingTransport

_ADDRESSES_COUNT_MAX = 3  # of a host, one after the other, while nobody listens
_GONE = 410


class Call(Struct, frozen=True, kw_only=True):
    """What is posted where; `sent_at` in real time."""

    url: str
    headers: Mapping[str, str]
    body: bytes
    sent_at: datetime

    def __repr__(self) -> str:
        return "Call()"  # its headers sign, its URL may be a secret of the merchant's


class Caller:
    """Calls endpoints; any number at once."""

    def __init__(
        self, settings: Settings, resolve: Resolve, *, tls: ssl.SSLContext | None = None
    ) -> None:
        self._resolve = resolve
        self._timeout_s = settings.webhook_timeout_s
        self._answer_bytes_max = settings.webhook_answer_bytes_max
        self._allows_loopback = settings.webhook_loopback
        self._http = httpx.AsyncClient(
            transport=SippingTransport(
                tls=tls or httpx.create_ssl_context(trust_env=False),
                bytes_max=HEAD_BYTES_MAX + self._answer_bytes_max,
            ),
            trust_env=False,
            follow_redirects=False,
            timeout=httpx.Timeout(settings.webhook_timeout_s, connect=self._timeout_s / 3.0),
            headers={"User-Agent": "Hexhaul-Webhooks/1", "Accept-Encoding": "identity"},
        )

    async def close(self) -> None:
        """Close what is open."""
        await self._http.aclose()

    async def call(self, call: Call) -> Attempted:
        """Post; return how it went."""
        began_s = monotonic_s()
        answer: httpx.Response | None = None
        outcome = AttemptOutcome.TIMED_OUT
        try:
            async with asyncio.timeout(self._timeout_s):
                answer = await self._post(call)
                outcome = outcome_of(answer.status_code)
                await self._leave(answer)
        except TimeoutError:
            pass  # if a status came in time, it counts
        except (ForbiddenUrlError, OSError, httpx.HTTPError, httpx.InvalidURL) as error:
            outcome = outcome_of_error(error)
        finally:
            if answer is not None:
                await answer.aclose()
        return Attempted(
            outcome=outcome,
            duration_ms=round(1_000.0 * (monotonic_s() - began_s)),
            status_code=None if answer is None else answer.status_code,
            retry_after_s=None if answer is None else _retry_after_s(answer, call.sent_at),
        )

    async def _post(self, call: Call) -> httpx.Response:
        """Return the answer, its body unread, from the first address where somebody listens."""
        target = check_url(call.url, allows_loopback=self._allows_loopback)
        addresses = await self._resolve(target.host, target.port)
        check_addresses(target, addresses, allows_loopback=self._allows_loopback)
        failure: httpx.TransportError | None = None
        for address in addresses[:_ADDRESSES_COUNT_MAX]:
            try:
                return await self._http.send(self._request(call, target, address), stream=True)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                failure = error
        assert failure is not None  # there is an address, as was checked
        raise failure

    def _request(self, call: Call, target: Target, address: str) -> httpx.Request:
        scheme = "https" if target.is_tls else "http"
        host = f"[{address}]" if ":" in address else address
        # Servers know hosts by name: an address that stands in the URL is its own name.
        named = {"sni_hostname": target.host} if target.is_tls and target.address is None else {}
        return self._http.build_request(
            "POST",
            f"{scheme}://{host}:{target.port}{target.path}",
            content=call.body,
            headers={
                **call.headers,
                "Host": target.authority,
                "Content-Type": "application/json",
                "Connection": "close",
            },
            extensions=named,
        )

    async def _leave(self, answer: httpx.Response) -> None:
        """Read a little of the answer, so that its sender is not cut short, and look at nothing."""
        bytes_count = 0
        with suppress(httpx.HTTPError):
            async for part in answer.aiter_raw():
                bytes_count += len(part)
                if bytes_count >= self._answer_bytes_max:
                    return


def outcome_of(status_code: int) -> AttemptOutcome:
    """Return how a call ended that got this status."""
    if 200 <= status_code < 300:
        return AttemptOutcome.DELIVERED
    if 300 <= status_code < 400:
        return AttemptOutcome.REDIRECTED
    return AttemptOutcome.GONE if status_code == _GONE else AttemptOutcome.REFUSED


def outcome_of_error(error: Exception) -> AttemptOutcome:
    """Return how a call ended that got no status."""
    match error:
        case ForbiddenUrlError():
            return AttemptOutcome.FORBIDDEN_ADDRESS
        case httpx.TimeoutException():  # also in the middle of a TLS handshake
            return AttemptOutcome.TIMED_OUT
        case _ if any(isinstance(one, ssl.SSLError) for one in _causes(error)):
            return AttemptOutcome.INSECURE
        case OSError() | httpx.NetworkError():
            return AttemptOutcome.UNREACHABLE
        case _:
            return AttemptOutcome.MALFORMED


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _retry_after_s(answer: httpx.Response, now: datetime) -> float | None:
    return retry_after_s(answer.headers.get("retry-after", ""), now=now)


def retry_after_s(header: str, *, now: datetime) -> float | None:
    """Return how long an answer asks to wait (RFC 9110, 10.2.3); None if it does not say."""
    text = header.strip()
    if text.isascii() and text.isdigit() and len(text) <= 9:
        return float(text)
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    if at.tzinfo is None:  # "-0000": it does not say of which zone it is
        return None
    return max(0.0, (at - now).total_seconds())
