"""Find out whose key it is, and what it may be used for."""

from msgspec import Struct
from msgspec.structs import replace

from service.actions.keys import Claim, is_same, parse_key
from service.domain.allow_list import Address, is_allowed
from service.domain.errors import ForbiddenError, UnauthenticatedError
from service.domain.ids import CourierId, MarketId, MerchantId, OperatorId
from service.domain.permission import OF_COURIER, OF_ROLE, Admission, Permission, Scope
from service.domain.vocabulary import OperatorRole
from service.runtime import Runtime
from service.store import credentials
from service.store.credentials import Credential


class Principal(Struct, frozen=True, kw_only=True):
    """Who is calling, and with which credential; exactly one of the ids below it is set."""

    credential_id: str
    market_id: MarketId
    livemode: bool
    merchant_id: MerchantId | None = None
    courier_id: CourierId | None = None
    operator_id: OperatorId | None = None
    scopes: tuple[Scope, ...] = ()  # of a merchant's key
    role: OperatorRole | None = None  # of an operator, in this market
    admissions: tuple[Admission, ...] = ()  # of an operator, to other markets
    allowed_from: tuple[str, ...] = ()  # networks, of a merchant's key; none: from anywhere


def permissions_of(principal: Principal) -> frozenset[Permission]:
    """Return what the principal may do."""
    if principal.courier_id is not None:
        return OF_COURIER
    if principal.role is not None:
        return OF_ROLE[principal.role]
    return frozenset(principal.scopes)


def at_market(principal: Principal, market_id: MarketId) -> Principal:
    """Return the principal as they are in that market: an operator has a role of its own in each.

    Raises:
        ForbiddenError: they are not admitted there; whether there is such a market is not told.
    """
    if market_id == principal.market_id:
        return principal
    for admission in principal.admissions:
        if admission.market_id == market_id:
            return replace(principal, market_id=market_id, role=admission.role, admissions=())
    raise ForbiddenError("this is no market of yours")


async def authenticate(runtime: Runtime, *, key_text: str) -> Principal:
    """Return the principal of this key.

    Raises:
        UnauthenticatedError: not a key, unknown or over; the answer does not say which.
        UnavailableError: Postgres is away.
    """
    claim = read_key(key_text)
    async with runtime.pool.connection() as conn:
        found = await credentials.read_credentials(conn, credential_ids=[claim.credential_id])
    return identify(found[0] if found else None, claim=claim)


def read_key(key_text: str) -> Claim:
    """Return what the text claims to be.

    Raises:
        UnauthenticatedError: this is no key of ours.
    """
    claim = parse_key(key_text)
    if claim is None:
        raise UnauthenticatedError("the key is not valid")
    return claim


def check_address(principal: Principal, address: Address | None) -> None:
    """Check that the key may be used from there.

    Raises:
        UnauthenticatedError: as if there was no such key: nobody learns that it is good elsewhere.
    """
    if not is_allowed(principal.allowed_from, address):
        raise UnauthenticatedError("the key is not valid")


def identify(found: Credential | None, *, claim: Claim) -> Principal:
    """Return whose credential it is, if the claim is true.

    Raises:
        UnauthenticatedError: there is no such credential, the secret is another, or it is of
            another kind, of a market of the other mode, or too old.
    """
    if (
        not is_same(claim.secret_sha256, found.secret_sha256 if found else bytes(32))
        or found is None
        or claim.kind is not found.kind
        or claim.livemode not in (None, found.livemode)
        or not found.is_fresh
    ):
        raise UnauthenticatedError("the key is not valid")
    return principal_of(found)


def principal_of(found: Credential) -> Principal:
    """Return whose credential it is."""
    return Principal(
        credential_id=found.id,
        market_id=found.market_id,
        livemode=found.livemode,
        merchant_id=found.merchant_id,
        courier_id=found.courier_id,
        operator_id=found.operator_id,
        scopes=found.scopes,
        role=found.role,
        admissions=found.admissions,
        allowed_from=found.allowed_from,
    )
