"""How a simulated courier comes to the proofs of a stop: is told the code, takes pictures."""

from uuid import uuid5

from service.client.rest import Rest
from service.domain.ids import JobId, ProofId
from service.domain.lifecycle import StopKind
from service.domain.vocabulary import ProofKind
from service.simulation.pictures import png
from service.wire.courier_stream import GivenProof
from service.wire.rest import TrackedJob
from service.wire.route import RouteStop

_SIZE_PX = {ProofKind.PHOTO: (320, 240), ProofKind.SIGNATURE: (600, 240)}


class Spoken:
    """What people at the doors say when they are asked: the codes of one market's jobs."""

    def __init__(self) -> None:
        self._code_of: dict[tuple[JobId, StopKind], str] = {}

    def learn(self, job: TrackedJob) -> None:
        """Learn the codes of a job that was posted."""
        codes = ((StopKind.PICKUP, job.pickup_code), (StopKind.DROPOFF, job.dropoff_code))
        for kind, code in codes:
            if code is not None:
                self._code_of[job.id, kind] = code

    def code_at(self, stop: RouteStop) -> str | None:
        """Return what is said at this stop, if anybody knows."""
        return self._code_of.get((stop.job_id, stop.kind))


async def prove(stop: RouteStop, rest: Rest, spoken: Spoken) -> GivenProof:
    """Return what the stop asks for, its pictures uploaded: the same ones, however often.

    Raises:
        RefusedError, UnansweredError: a picture was not taken.
    """
    ids: list[ProofId] = []
    for kind, (width_px, height_px) in _SIZE_PX.items():
        if kind in stop.required_proofs:
            proof_id = ProofId(uuid5(stop.stop_id, kind))
            path = f"/v1/courier/stops/{stop.stop_id}/proofs/{proof_id}?kind={kind}"
            await rest.upload(path, png(width_px, height_px), media_type="image/png")
            ids.append(proof_id)
    code = spoken.code_at(stop) if ProofKind.CODE in stop.required_proofs else None
    return GivenProof(code=code, ids=tuple(ids))
