"""A courier's device logs in with the courier's key, stays logged in, and logs out."""

import base64
from typing import Annotated

from litestar import delete, post
from litestar.di import NamedDependency
from litestar.params import HeaderParameter, JSONBody

from service.actions.log_in_device import DeviceTokens, log_in_device, refresh_device
from service.actions.log_out import log_out as end_log_in
from service.api.callers import CourierCaller
from service.api.errors import problems
from service.api.process import ApiProcess
from service.api.rates import RateClass
from service.domain.log_in import ACCESS_S, REFRESH_S
from service.domain.permission import Right
from service.runtime import Runtime
from service.wire.identity import DeviceSessionBody, RefreshBody

PATH = "/v1/courier/session"

DeviceKey = Annotated[
    str | None,
    HeaderParameter(
        name="Hexhaul-Device-Key",
        pattern=r"^[0-9A-Za-z_-]{87}(?![\s\S])",
        description="a public key on P-256, as the 65 bytes of its uncompressed point, in base64url"
        " without padding",
    ),
]


@post(
    PATH,
    operation_id="logInCourier",
    summary="Log a device in",
    opt={"permission": Right.CARRY},
    responses=problems(409),
)
async def log_in(
    caller: NamedDependency[CourierCaller],
    api: NamedDependency[ApiProcess],
    runtime: NamedDependency[Runtime],
    device_key: DeviceKey = None,
) -> DeviceSessionBody:
    """Log a device in with the courier's key, which the app need not keep after that.

    A device that can keep a key of its own says its public half: then nobody without the other half
    gets the next tokens, also who has copied the refresh token.
    """
    await api.rates.check(RateClass.DEVICE, str(caller.id))
    tokens = await log_in_device(
        runtime,
        courier_id=caller.id,
        credential_id=caller.credential_id,
        device_key=None if device_key is None else _decoded(device_key),
    )
    return _session(tokens)


@post(
    PATH + "/refresh",
    operation_id="refreshCourierSession",
    summary="Get the next tokens of a device",
    status_code=200,
    opt={"rate": RateClass.STRANGER},
    responses=problems(409, 413, 415),
)
async def refresh(
    data: JSONBody[RefreshBody], runtime: NamedDependency[Runtime]
) -> DeviceSessionBody:
    """Get new tokens for the refresh token, which is spent with that.

    If the answer was lost, ask again within a minute. A spent token that comes later ends the
    log-in, because somebody else has it. A device with a key of its own signs what it brings.
    """
    proof = None if data.proof is None else _decoded(data.proof)
    return _session(await refresh_device(runtime, refresh_token=data.refresh_token, proof=proof))


@delete(
    PATH,
    operation_id="logOutCourier",
    summary="Log this device out",
    opt={"permission": Right.CARRY},
    responses=problems(404, 409),
)
async def log_out(caller: NamedDependency[CourierCaller], api: NamedDependency[ApiProcess]) -> None:
    """End the log-in whose access token this is; its socket closes within a minute."""
    await end_log_in(api.runtime, credential_id=caller.credential_id)
    api.principals.forget(caller.credential_id)


def _session(tokens: DeviceTokens) -> DeviceSessionBody:
    return DeviceSessionBody(
        access_token=tokens.access_token,
        access_expires_in_s=ACCESS_S,
        refresh_token=tokens.refresh_token,
        refresh_expires_in_s=REFRESH_S,
    )


def _decoded(text: str) -> bytes:
    """Return what base64url stands for; its shape was checked."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


HANDLERS = [log_in, log_out]
PUBLIC_HANDLERS = [refresh]
