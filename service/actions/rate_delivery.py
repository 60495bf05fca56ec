"""Keep what a recipient thinks of a delivery, once."""

from service.domain.errors import InvalidStateTransitionError
from service.domain.ids import JobId
from service.domain.rating import Rating, courier_to_rate
from service.runtime import Runtime
from service.store import deployment, jobs, ratings
from service.store.connection import Connection


async def rate_delivery(runtime: Runtime, *, job_id: JobId, rating: Rating) -> None:
    """Keep the rating; the same said again changes nothing.

    Raises:
        InvalidStateTransitionError: nothing was delivered, or another rating was given before.
    """

    async def work(conn: Connection) -> None:
        (job,) = await jobs.read_jobs(conn, job_ids=[job_id])
        kept = await ratings.create_rating(
            conn,
            job_id=job_id,
            courier_id=courier_to_rate(job),
            score=rating.score,
            tags=rating.tags,
            comment=rating.comment,
            created_at=(await deployment.read_market_time(conn)).now,
        )
        if kept is None and await ratings.read_rating(conn, job_id=job_id) != rating:
            raise InvalidStateTransitionError("job", "rated", "be rated again")

    await runtime.attempt(work)
