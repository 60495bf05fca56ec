"""A merchant's keys: list them, make another, revoke one."""

from typing import Annotated

from litestar import get, post, put
from litestar.di import NamedDependency
from litestar.params import JSONBody, PathParameter

from service.actions.create_key import LISTED_COUNT_MAX, create_key
from service.actions.restrict_key import restrict_key
from service.actions.revoke_merchant_key import revoke_merchant_key
from service.api.addresses import exact_address_of_request
from service.api.callers import MerchantCaller
from service.api.errors import AnyRequest, problems
from service.api.idempotency import PerhapsIdempotencyKey, perhaps_once_of
from service.api.present_identity import key_body
from service.api.process import ApiProcess
from service.domain.audit_log import Origin
from service.domain.permission import Scope
from service.runtime import Runtime
from service.store import credentials
from service.store.row_security import reading_as
from service.wire.identity import CreateKeyBody, KeyBody, KeyList, NewKeyBody, RestrictKeyBody

PATH = "/v1/keys"

KeyId = Annotated[str, PathParameter(pattern=r"^[0-9a-z]{8}(?![\s\S])")]


@get(
    PATH,
    operation_id="listKeys",
    summary="List keys",
    opt={"permission": Scope.KEYS},
    responses=problems(),
)
async def list_all(
    caller: NamedDependency[MerchantCaller], runtime: NamedDependency[Runtime]
) -> KeyList:
    """List the merchant's keys: those that are active first."""
    async with reading_as(runtime.pool, caller.id) as conn:
        found = await credentials.list_merchant_keys(
            conn, merchant_id=caller.id, limit_count=LISTED_COUNT_MAX
        )
    return KeyList(keys=tuple(key_body(key, livemode=caller.livemode) for key in found))


@post(
    PATH,
    operation_id="createKey",
    summary="Create a key",
    opt={"permission": Scope.KEYS},
    responses=problems(409, 413, 415, 422),
)
async def create_one(
    *,
    data: JSONBody[CreateKeyBody],
    idempotency_key: PerhapsIdempotencyKey = None,
    caller: NamedDependency[MerchantCaller],
    runtime: NamedDependency[Runtime],
    origin: NamedDependency[Origin],
) -> NewKeyBody:
    """Create a key, which is shown only now; it may be for no more than the one that asks for it.

    The same `Idempotency-Key` creates one key: said again, the answer is 409 `already_created`,
    which names the key, without its secret. Revoke it, and create another.
    To exchange a key, create another of the same name, use it everywhere, and revoke the old one.
    """
    new = await create_key(
        runtime,
        merchant_id=caller.id,
        name=data.name,
        scopes=data.scopes,
        expires_in_s=data.expires_in_s,
        granted_by=caller.principal.scopes,
        allowed_from=data.allowed_from,
        used_from=caller.principal.allowed_from,
        once=perhaps_once_of(caller, idempotency_key, path=PATH, body=data),
        origin=origin,
    )
    return NewKeyBody(key=new.key.text, issued=key_body(new.issued, livemode=caller.livemode))


@post(
    PATH + "/{key_id:str}/revocation",
    operation_id="revokeKey",
    summary="Revoke a key",
    status_code=200,
    opt={"permission": Scope.KEYS},
    responses=problems(404, 409),
)
async def revoke_one(
    key_id: KeyId,
    caller: NamedDependency[MerchantCaller],
    api: NamedDependency[ApiProcess],
    runtime: NamedDependency[Runtime],
    origin: NamedDependency[Origin],
) -> KeyBody:
    """Revoke a key: it opens nothing after a few seconds, and its sockets close within a minute."""
    revoked = await revoke_merchant_key(
        runtime,
        market_id=caller.market_id,
        merchant_id=caller.id,
        key_id=key_id,
        origin=origin,
    )
    api.principals.forget(key_id)
    return key_body(revoked, livemode=caller.livemode)


@put(
    PATH + "/{key_id:str}/allowed-from",
    operation_id="restrictKey",
    summary="Say from where a key may be used",
    opt={"permission": Scope.KEYS},
    responses=problems(404, 409, 413, 415),
)
async def restrict_one(
    *,
    key_id: KeyId,
    data: JSONBody[RestrictKeyBody],
    request: AnyRequest,
    caller: NamedDependency[MerchantCaller],
    api: NamedDependency[ApiProcess],
    runtime: NamedDependency[Runtime],
    origin: NamedDependency[Origin],
) -> KeyBody:
    """Let a key be used from some networks only, after a few seconds; sockets that are open stay.

    From elsewhere it is refused as an unknown one is. The networks are to be within those from
    where the key may be used that asks, and that is not locked out.
    """
    changed = await restrict_key(
        runtime,
        market_id=caller.market_id,
        merchant_id=caller.id,
        key_id=key_id,
        allowed_from=data.allowed_from,
        used_from=caller.principal.allowed_from,
        address=exact_address_of_request(request, trusted=api.trusted),
        origin=origin,
    )
    api.principals.forget(key_id)
    return key_body(changed, livemode=caller.livemode)


HANDLERS = [list_all, create_one, revoke_one, restrict_one]
