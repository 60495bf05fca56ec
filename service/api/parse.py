"""Bodies as the requests that actions take."""

from service.domain.geo import Point
from service.domain.job import JobRequest, PlaceRequest
from service.wire.rest import PlaceBody, PostJobBody


def job_request(body: PostJobBody) -> JobRequest:
    """Return what the merchant asks for."""
    return JobRequest(
        pickup=_place(body.pickup),
        dropoff=_place(body.dropoff),
        size_class=body.item.size_class,
        weight_g=body.item.weight_g,
        items_count=body.item.items_count,
        requirements=tuple(body.requirements),
        vehicles=None if body.vehicles is None else tuple(body.vehicles),
        reference=body.reference,
        ready_at=body.ready_at,
        due_at=body.due_at,
        fee_cents=body.fee_cents,
        is_unmixed=body.is_unmixed,
    )


def _place(body: PlaceBody) -> PlaceRequest:
    return PlaceRequest(
        point=Point(body.lat_deg, body.lng_deg),
        address=body.address,
        contact_name=None if body.contact is None else body.contact.name,
        contact_phone=None if body.contact is None else body.contact.phone,
        instructions=body.instructions,
        required_proofs=tuple(body.required_proofs),
        code=body.code,
    )
