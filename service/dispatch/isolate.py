"""When a commit fails, its parts are tried one by one, so that a poison one stops no other."""

from collections.abc import Awaitable, Callable, Iterator

import structlog
from msgspec.structs import replace

from service.clock import monotonic_s
from service.dispatch.commit import Committed
from service.dispatch.decide import Decided
from service.dispatch.quarantine import Quarantine
from service.dispatch.rows import Pair
from service.domain.errors import LockContentionError, UnavailableError
from service.store.leadership import LostLeaseError

log = structlog.get_logger()


async def commit_all(
    write: Callable[[Decided], Awaitable[Committed]],
    decided: Decided,
    *,
    quarantine: Quarantine[Pair],
) -> Committed:
    """Write everything at once, or else each part for itself; note the parts that fail.

    Raises:
        LostLeaseError: another process decides for this market.
        UnavailableError: Postgres is away.
    """
    try:
        return await write(decided)
    except (LostLeaseError, UnavailableError):
        raise
    except Exception as error:  # noqa: BLE001  # the others must not suffer for it
        log.warning("commit_failed", error=repr(error))
    committed = Committed()
    for part in parts_of(decided):
        try:
            committed += await write(part)
        except (LostLeaseError, UnavailableError):
            raise
        except LockContentionError:
            log.info("proposal_kept_waiting", pairs=[str(pair) for pair in pairs_of(part)])
        except Exception as error:  # noqa: BLE001  # that is the one; it may be tried again
            pairs = pairs_of(part)
            quarantine.note(pairs, at_s=monotonic_s())
            log.warning("proposal_failed", pairs=[str(pair) for pair in pairs], error=repr(error))
    return committed


def parts_of(decided: Decided) -> Iterator[Decided]:
    """Yield what can be written for itself: each proposal, and the news of each job."""
    for proposal in decided.proposals:
        yield replace(decided, proposals=(proposal,), news=())
    for news in decided.news:
        yield replace(decided, proposals=(), news=(news,))


def pairs_of(part: Decided) -> list[Pair]:
    """Return who is to blame when the part fails."""
    blamed: list[Pair] = [
        (proposal.courier_id, job.job_id) for proposal in part.proposals for job in proposal.jobs
    ]
    return blamed + [(None, news.job_id) for news in part.news]
