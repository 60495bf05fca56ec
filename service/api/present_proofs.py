"""Proofs as their readers see them, and pictures as answers that no browser will ever run."""

from collections.abc import Mapping, Sequence

from litestar import Response
from litestar.openapi.datastructures import ResponseSpec

from service.domain.job import Job
from service.domain.picture import PictureType
from service.domain.proof import Proof
from service.store.proofs import Content
from service.wire.proofs import ProofBody, ProofList, StopProofs

_ENDING_OF: Mapping[PictureType, str] = {
    PictureType.JPEG: "jpg",
    PictureType.PNG: "png",
    PictureType.WEBP: "webp",
}
PICTURE = ResponseSpec(
    bytes,
    generate_examples=False,
    description="The picture, as it was uploaded but for EXIF and the like",
    media_type="image/*",  # pyright: ignore[reportArgumentType]  # used as text only
)


def proof_body(proof: Proof) -> ProofBody:
    """Return the proof without its picture."""
    return ProofBody(
        id=proof.id,
        stop_id=proof.stop_id,
        kind=proof.kind,
        media_type=proof.media_type,
        width_px=proof.width_px,
        height_px=proof.height_px,
        bytes_count=proof.bytes_count,
        sha256=None if proof.sha256 is None else proof.sha256.hex(),
        created_at=proof.created_at,
        lat_deg=proof.lat_deg,
        lng_deg=proof.lng_deg,
        accuracy_m=proof.accuracy_m,
    )


def proof_list(job: Job, proofs: Sequence[Proof]) -> ProofList:
    """Return all proofs of a job, and what its stops ask for."""
    return ProofList(
        stops=tuple(
            StopProofs(
                stop_id=stop.id,
                kind=stop.kind,
                attempt=stop.attempt,
                required_proofs=stop.required_proofs,
                given_proofs=stop.given_proofs,
                accepted_proofs=stop.accepted_proofs,
                waived_proofs=stop.waived_proofs,
                waiver_reason=stop.waiver_reason,
            )
            for stop in job.stops
        ),
        proofs=tuple(proof_body(proof) for proof in proofs),
    )


def picture(found: Content) -> Response[bytes]:
    """Answer a picture: to be shown or kept, whatever is in it, and never to be run."""
    name = f"{found.sha256.hex()[:16]}.{_ENDING_OF[found.media_type]}"
    return Response(
        found.content,
        media_type=found.media_type,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
            "Cross-Origin-Resource-Policy": "same-origin",
        },
    )
