"""Where the database holds what is about people, whose it is, and how long it is kept.

A test goes through every column that could hold such data, and fails when one is not in here.
"""

from collections.abc import Mapping
from typing import NamedTuple

_RECIPIENT = "recipient_retention_days after the end of the job"
_SEALED = f"{_RECIPIENT}; sealed, where there is a key"
_TRAIL = "trail_retention_days"
_ACCOUNT = "as long as the account, then until it is erased"
_ERASURE = "until the courier is erased"
_EVIDENCE = "as long as the chain: evidence"
_LOOK = "look_retention_days"
_PROOF = "proof_retention_days"
_PROOF_PLACE = f"{_PROOF}, or {_ERASURE}"


class About(NamedTuple):
    whose: str
    kept: str  # then it is deleted or erased


PERSONAL: Mapping[str, About] = {
    "stop.address": About("recipient", _SEALED),
    "stop.contact_name": About("recipient", _SEALED),
    "stop.contact_phone": About("recipient", _SEALED),
    "stop.instructions": About("recipient", _SEALED),
    "stop.recipient_instructions": About("recipient", _SEALED),
    "stop.safe_place": About("recipient", _SEALED),
    "stop.lat_deg": About("recipient", f"{_RECIPIENT}; then to 1 km"),
    "stop.lng_deg": About("recipient", f"{_RECIPIENT}; then to 1 km"),
    "offer.legs": About("recipient", f"{_RECIPIENT}; then to 1 km"),
    "fact.body": About("recipient", f"{_RECIPIENT}; then to 1 km"),
    "job_message.text": About("recipient", _RECIPIENT),
    "job_message.quick_reply": About("courier", _RECIPIENT),
    "rating.comment": About("recipient", _RECIPIENT),
    "proof.content": About("recipient", _PROOF),
    "proof.lat_deg": About("courier", _PROOF_PLACE),
    "proof.lng_deg": About("courier", _PROOF_PLACE),
    "proof.accuracy_m": About("courier", _PROOF_PLACE),
    "proof_code.code": About("recipient", "until it was said, or the job has ended"),
    "proof_code_try.code": About("courier", "until the job has ended"),
    "tracking.token_sha256": About("recipient", _RECIPIENT),
    "tracking.seed": About("recipient", _RECIPIENT),
    "idempotency.body": About("recipient", "idempotency_ttl_s (48 h)"),
    "stream_event.message": About("recipient", "resume_within_s and a minute (11 min)"),
    "webhook_delivery.body": About("recipient", "webhook_retention_days; places only"),
    "courier.name": About("courier", _ERASURE),
    "offer.answer": About("courier", _ERASURE),
    "position_sample.lat_deg": About("courier", _TRAIL),
    "position_sample.lng_deg": About("courier", _TRAIL),
    "recorded_tick.packed": About("courier", _TRAIL),
    "recorded_tick.exact_places": About("courier", "idle_places_retention_h"),
    "merchant.name": About("merchant", _ACCOUNT),
    "credential.name": About("merchant", _ACCOUNT),
    "credential.allowed_from": About("merchant", _ACCOUNT),
    "webhook_endpoint.url": About("merchant", _ACCOUNT),
    "webhook_endpoint.description": About("merchant", _ACCOUNT),
    "operator.name": About("operator", _ACCOUNT),
    "identity.subject": About("operator", _ACCOUNT),
    "identity.password": About("operator", f"{_ACCOUNT}; a hash"),
    "audit_entry.client_address": About("operator", f"{_EVIDENCE}, of a look {_LOOK}"),
    "audit_entry.subject": About("operator", f"{_EVIDENCE}, of a look {_LOOK}"),
}
