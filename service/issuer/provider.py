"""The issuer: where it sends browsers, what it says for a code, and which keys it signs with.

What it says of itself is kept for an hour, and asked for again when a token is signed by a key that
is not known, once a minute at most.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime
from urllib.parse import quote, urlencode

from msgspec import Struct

from service.clock import monotonic_s
from service.domain.id_token import Claims, Expected, Jwk, KeySet, UnknownKeyError, verify
from service.domain.log_in_attempt import LogInAttempt
from service.issuer.fetching import IssuerError, StatusError, fetch
from service.settings import Settings, is_tls_or_loopback

KEPT_S = 3_600.0
ASKED_AGAIN_S = 60.0
FAILED_S = 5.0  # so long an issuer that has failed is not asked again
TALKS_COUNT_MAX = 4  # with the issuer, at the same time
TURN_S_MAX = 5.0  # that a log-in waits for others


# With these an issuer refuses a code (RFC 6749, 5.2). 401 is no word about a code: the issuer does
# not know us.
_CODE_REFUSED = (400, 403)


class CodeRefusedError(Exception):
    """The issuer does not take the code that the browser brought."""


class Discovery(Struct, frozen=True, kw_only=True):
    """What the issuer says of itself (OpenID Connect Discovery)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str


class _Tokens(Struct, frozen=True, kw_only=True):
    id_token: str


class _Known(Struct, frozen=True, kw_only=True):
    at_s: float  # monotonic
    discovery: Discovery
    keys: tuple[Jwk, ...]


class Provider:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._known: _Known | None = None
        self._failed_until_s = 0.0  # monotonic
        self._asking = asyncio.Lock()
        self._talks = asyncio.Semaphore(TALKS_COUNT_MAX)

    async def address_of(self, attempt: LogInAttempt) -> str:
        """Return where a browser logs in.

        Raises:
            IssuerError: the issuer does not say where.
        """
        known = await self._know(KEPT_S)
        query = {
            "response_type": "code",
            "client_id": self._settings.oidc_client_id,
            "redirect_uri": self._settings.oidc_redirect_url,
            "scope": "openid email",
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": attempt.challenge,
            "code_challenge_method": "S256",
        }
        endpoint = known.discovery.authorization_endpoint
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(query)}"

    async def claims_of(self, attempt: LogInAttempt, code: str, *, now: datetime) -> Claims:
        """Return what the issuer says of who has logged in, for the code that the browser brought.

        Args:
            attempt: that the browser has begun.
            code: good once.
            now: real time.

        Raises:
            CodeRefusedError: the issuer does not take the code.
            IssuerError: the issuer does not answer as it should.
            IdTokenError: what it says is not to be believed.
        """
        async with self._turn():
            known = await self._know(KEPT_S)
            text = await self._redeem(known.discovery, attempt, code)
            expected = Expected(
                issuer=self._settings.oidc_issuer,
                client_id=self._settings.oidc_client_id,
                nonce=attempt.nonce,
            )
            try:
                return await asyncio.to_thread(verify, text, known.keys, expected, now=now)
            except UnknownKeyError:
                known = await self._know(ASKED_AGAIN_S)
            return await asyncio.to_thread(verify, text, known.keys, expected, now=now)

    @asynccontextmanager
    async def _turn(self) -> AsyncGenerator[None]:
        try:
            async with asyncio.timeout(TURN_S_MAX):
                await self._talks.acquire()
        except TimeoutError:
            raise IssuerError("too many log in at once") from None
        try:
            yield
        finally:
            self._talks.release()

    async def _redeem(self, discovery: Discovery, attempt: LogInAttempt, code: str) -> str:
        client_id, secret = self._settings.oidc_client_id, self._settings.oidc_client_secret
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._settings.oidc_redirect_url,
            "code_verifier": attempt.verifier,
            "client_id": client_id,
        }
        auth = (quote(client_id, safe=""), quote(secret, safe="")) if secret else None
        try:
            tokens = await fetch(discovery.token_endpoint, _Tokens, form=form, auth=auth)
        except StatusError as error:
            if error.status in _CODE_REFUSED:
                raise CodeRefusedError(str(error)) from error
            raise
        return tokens.id_token

    async def _know(self, age_s_max: float) -> _Known:
        """Return what the issuer says of itself, asked for within that time."""
        async with self._asking:
            known = self._known
            now_s = monotonic_s()
            if known is not None and now_s - known.at_s < age_s_max:
                return known
            if now_s < self._failed_until_s:
                raise IssuerError("it has failed just now")
            try:
                self._known = known = await self._ask()
            except IssuerError:
                self._failed_until_s = monotonic_s() + FAILED_S
                raise
            return known

    async def _ask(self) -> _Known:
        issuer = self._settings.oidc_issuer
        path = issuer.rstrip("/") + "/.well-known/openid-configuration"
        discovery = await fetch(path, Discovery)
        if discovery.issuer != issuer:
            raise IssuerError("it calls itself by another name")
        for url in (
            discovery.authorization_endpoint,
            discovery.token_endpoint,
            discovery.jwks_uri,
        ):
            if not is_tls_or_loopback(url):
                raise IssuerError("it sends us where there is no TLS")
        keys = (await fetch(discovery.jwks_uri, KeySet)).keys
        return _Known(at_s=monotonic_s(), discovery=discovery, keys=keys)
