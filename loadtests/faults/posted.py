"""What a merchant was promised of a job, in the answer and in the rows: all that never changes.

Its structs are not those of the service: by these a field that it forgot would not be missed.
"""

from datetime import datetime
from uuid import UUID

import msgspec
from msgspec import Struct


class Item(Struct, frozen=True, kw_only=True):
    size_class: str
    weight_g: int
    items_count: int


class Contact(Struct, frozen=True, kw_only=True):
    name: str
    phone: str | None


class Place(Struct, frozen=True, kw_only=True):
    """A stop as it was posted."""

    id: UUID
    kind: str
    attempt: int
    lat_deg: float
    lng_deg: float
    address: str
    contact: Contact | None
    instructions: str | None
    required_proofs: tuple[str, ...]


class Posted(Struct, frozen=True, kw_only=True):
    """A job as it was posted. Later attempts have stops of their own."""

    id: UUID
    reference: str | None
    item: Item
    requirements: tuple[str, ...]
    vehicles: tuple[str, ...]
    is_unmixed: bool
    fee_cents: int
    currency: str
    created_at: datetime
    ready_at: datetime
    due_at: datetime
    stops: tuple[Place, ...]


class PostedRow(Struct, frozen=True, kw_only=True):
    job: Posted


read_answer = msgspec.json.Decoder(Posted).decode

# Of the first attempt, as the answer had them.
ROWS = """
SELECT jsonb_build_object(
         'id', j.id, 'reference', j.reference,
         'item', jsonb_build_object(
           'size_class', j.size_class, 'weight_g', j.weight_g, 'items_count', j.items_count),
         'requirements', j.requirements, 'vehicles', j.vehicles, 'is_unmixed', j.is_unmixed,
         'fee_cents', j.fee_cents, 'currency', j.currency, 'created_at', j.created_at,
         'ready_at', j.ready_at, 'due_at', j.due_at,
         'stops', (
           SELECT jsonb_agg(jsonb_build_object(
                    'id', s.id, 'kind', s.kind, 'attempt', s.attempt, 'lat_deg', s.lat_deg,
                    'lng_deg', s.lng_deg, 'address', s.address, 'instructions', s.instructions,
                    'required_proofs', s.required_proofs,
                    'contact', CASE WHEN s.contact_name IS NOT NULL THEN
                      jsonb_build_object('name', s.contact_name, 'phone', s.contact_phone) END))
             FROM stop s WHERE s.job_id = j.id AND s.attempt = 1)) AS job
  FROM job j WHERE j.market_id = $1 ORDER BY j.id
"""


def differences(told: Posted, kept: Posted) -> list[str]:
    """Return the names of what is not in the rows as it was answered."""
    stops = {stop.id: stop for stop in kept.stops}
    found = [
        name
        for name in Posted.__struct_fields__
        if name != "stops" and getattr(told, name) != getattr(kept, name)
    ]
    return found + [f"stop {stop.id}" for stop in told.stops if stops.get(stop.id) != stop]
