"""Whom a request comes from, as the audit log wants to know it."""

from collections.abc import Callable

from litestar import Request
from litestar.datastructures import State

from service.api.addresses import networks_of, whole_address_of_request
from service.api.callers import Caller, CourierCaller, MerchantCaller
from service.api.errors import request_id_of
from service.domain.audit_log import Origin
from service.domain.vocabulary import Actor
from service.settings import Settings


def origins(settings: Settings) -> Callable[[Request[object, Caller, State]], Origin]:
    """Return what tells who was let in, by which request, and from where.

    Behind a proxy of ours that is what it says of its peer, as everywhere.
    """
    trusted = networks_of(settings.proxies_trusted)

    def origin_of_request(request: Request[object, Caller, State]) -> Origin:
        caller = request.auth
        actor = Actor.OPS
        if isinstance(caller, MerchantCaller):
            actor = Actor.MERCHANT
        elif isinstance(caller, CourierCaller):
            actor = Actor.COURIER
        return Origin(
            actor=actor,
            principal_id=caller.id,
            credential_id=caller.credential_id,
            request_id=request_id_of(request),
            client_address=whole_address_of_request(request, trusted=trusted),
        )

    return origin_of_request
