"""PURE. What is sealed in the rows, opened: so that it is compared with what people were told."""

import json
from typing import Any

from msgspec.structs import replace

from loadtests.faults.posted import Contact, Place, PostedRow
from loadtests.faults.rows import Rows, StoredAnswer
from service.domain.sealing import KeyChain, unseal


def opened_rows(rows: Rows, chain: KeyChain) -> Rows:
    """Return the rows with what they say of people at stops as it was posted."""
    return replace(
        rows,
        posted=tuple(_opened_row(row, chain) for row in rows.posted),
        answers=tuple(_opened_answer(row, chain) for row in rows.answers),
    )


def _opened_row(row: PostedRow, chain: KeyChain) -> PostedRow:
    stops = tuple(_opened_place(stop, chain) for stop in row.job.stops)
    return replace(row, job=replace(row.job, stops=stops))


def _opened_place(stop: Place, chain: KeyChain) -> Place:
    contact = stop.contact and Contact(
        name=unseal(stop.contact.name, chain, field="contact_name"),
        phone=stop.contact.phone and unseal(stop.contact.phone, chain, field="contact_phone"),
    )
    return replace(
        stop,
        address=unseal(stop.address, chain, field="address"),
        instructions=stop.instructions and unseal(stop.instructions, chain, field="instructions"),
        contact=contact,
    )


def _opened_answer(row: StoredAnswer, chain: KeyChain) -> StoredAnswer:
    told: dict[str, Any] = json.loads(row.body)
    for stop in told.get("stops", ()):
        _open(stop, chain, address="address", instructions="instructions")
        if stop["contact"] is not None:
            _open(stop["contact"], chain, name="contact_name", phone="contact_phone")
    return replace(row, body=json.dumps(told).encode())


def _open(told: dict[str, Any], chain: KeyChain, **fields: str) -> None:
    for name, field in fields.items():
        if told.get(name) is not None:
            told[name] = unseal(told[name], chain, field=field)
