"""Whom a request comes from, as the audit log wants to know it."""

from litestar import Request
from litestar.datastructures import State

from service.api.addresses import exact_address_of_request
from service.api.callers import Caller, CourierCaller, MerchantCaller
from service.api.errors import request_id_of
from service.api.serving import process_of
from service.domain.audit_log import Origin
from service.domain.vocabulary import Actor


def origin_of_request(request: Request[object, Caller, State]) -> Origin:
    """Return who was let in, by which request, and from where."""
    caller = request.auth
    actor = Actor.OPS
    if isinstance(caller, MerchantCaller):
        actor = Actor.MERCHANT
    elif isinstance(caller, CourierCaller):
        actor = Actor.COURIER
    address = exact_address_of_request(request, trusted=process_of(request.scope).trusted)
    return Origin(
        actor=actor,
        principal_id=caller.id,
        credential_id=caller.credential_id,
        request_id=request_id_of(request),
        client_address=None if address is None else str(address),
    )
