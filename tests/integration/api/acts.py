"""What ops do by hand, in words, and what the audit log tells of it."""

from datetime import datetime, timedelta
from uuid import uuid4

WHY = {"reason": "courier_issue"}


async def suspend(ops, courier_id, **said):
    """Suspend the courier for safety; return the answer."""
    body = {"reason": "safety"} | said
    return await ops.post(f"/v1/ops/couriers/{courier_id}/suspension", json=body)


async def reinstate(ops, courier_id):
    return await ops.post(f"/v1/ops/couriers/{courier_id}/reinstatement")


async def reassign_all(ops, courier_id, *, key=None, **said):
    return await ops.post(
        f"/v1/ops/couriers/{courier_id}/reassignment",
        json=WHY | said,
        headers={"Idempotency-Key": key or str(uuid4())},
    )


async def extend(ops, job, *, later_s, reason="technical_issue"):
    """Move the deadline so much beyond the promise; return the answer."""
    until = datetime.fromisoformat(job["due_at"]) + timedelta(seconds=later_s)
    body = {"deadline_at": until.isoformat(), "reason": reason}
    return await ops.put(f"/v1/ops/jobs/{job['id']}/deadline", json=body)


async def undo(ops, answer):
    """Take back what the request with this answer did."""
    assert answer.is_success, answer.text
    return await ops.post(f"/v1/ops/acts/{answer.headers['X-Request-Id']}/undo")


async def last_entry(ops, **params):
    """Return the newest entry of the audit log."""
    answer = await ops.get("/v1/ops/audit", params={"limit": 1} | params)
    return answer.json()["entries"][0]
