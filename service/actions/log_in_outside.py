"""Find the operator for whom an issuer outside vouches: one that exists, and was linked by hand.

An operator is linked to the issuer's own id of a person (`sub`), or to an address of theirs, which
counts only where the issuer has verified it. Nobody is added by logging in.
"""

import structlog

from service.actions.log_in_operator import VerifiedIdentity
from service.domain.errors import UnauthenticatedError, UnavailableError
from service.domain.id_token import Claims, IdTokenError
from service.domain.log_in_attempt import LogInAttempt
from service.issuer.fetching import IssuerError
from service.issuer.provider import CodeRefusedError, Provider
from service.runtime import Runtime
from service.store import deployment, identities

log = structlog.get_logger()


def subject_of(*, sub: str | None = None, email: str | None = None) -> str:
    """Return the name under which an identity is kept; one kind is never taken for the other."""
    return f"sub:{sub}" if email is None else f"email:{email.lower()}"


async def begin(provider: Provider, attempt: LogInAttempt) -> str:
    """Return where the browser logs in.

    Raises:
        UnavailableError: the issuer does not answer as it should.
    """
    try:
        return await provider.address_of(attempt)
    except IssuerError as error:
        log.warning("issuer_failed", error=str(error))
        raise UnavailableError("the issuer does not answer") from error


async def verify_code(
    runtime: Runtime, provider: Provider, attempt: LogInAttempt, *, state: str, code: str
) -> VerifiedIdentity:
    """Return the identity that the issuer vouches for.

    Raises:
        UnauthenticatedError: the answer is to another attempt, the issuer does not take the code,
            what it says is not to be believed, or nobody here is linked to that person.
        UnavailableError: the issuer does not answer as it should; nothing is said of who asks.
    """
    if not attempt.is_answered_by(state):
        raise UnauthenticatedError("this log-in was begun elsewhere, or too long ago")
    async with runtime.pool.connection() as conn:
        now = (await deployment.read_real_time(conn)).now
    try:
        claims = await provider.claims_of(attempt, code, now=now)
    except (CodeRefusedError, IdTokenError) as error:
        log.warning("issuer_refused", error=str(error))
        raise UnauthenticatedError("the log-in is not valid") from error
    except IssuerError as error:
        log.warning("issuer_failed", error=str(error))
        raise UnavailableError("the issuer does not answer") from error
    return await _linked(runtime, claims)


async def _linked(runtime: Runtime, claims: Claims) -> VerifiedIdentity:
    subjects = [subject_of(sub=claims.sub)]
    if claims.email is not None and claims.email_verified is True:
        subjects.append(subject_of(email=claims.email))
    async with runtime.pool.connection() as conn:
        for subject in subjects:
            if await identities.read_identity(conn, issuer=claims.iss, subject=subject):
                return VerifiedIdentity(issuer=claims.iss, subject=subject)
    raise UnauthenticatedError("the log-in is not valid")
