"""Each public function runs the query of the same name."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from service.domain.four_eyes import Proposal, Terms
from service.domain.ids import MarketId, OperatorId, ProposalId
from service.domain.vocabulary import ProposalKind
from service.store.connection import Connection, to_struct_or_none, to_structs
from service.store.queries import load

_SQL = load("proposals")


async def insert_proposal(
    conn: Connection,
    *,
    proposal_id: ProposalId,
    market_id: MarketId,
    kind: ProposalKind,
    subject_id: UUID,
    terms: Terms,
    proposed_by: OperatorId,
    proposed_at: datetime,
    expires_at: datetime,
) -> None:
    await conn.execute(
        _SQL["insert_proposal"],
        proposal_id,
        market_id,
        kind,
        subject_id,
        terms,
        proposed_by,
        proposed_at,
        expires_at,
    )


async def find_proposal(
    conn: Connection, *, proposal_id: ProposalId, market_id: MarketId, kind: ProposalKind
) -> Proposal | None:
    row = await conn.fetchrow(_SQL["find_proposal"], proposal_id, market_id, kind)
    return to_struct_or_none(row, Proposal)


async def lock_proposal(
    conn: Connection, *, proposal_id: ProposalId, market_id: MarketId, kind: ProposalKind
) -> Proposal | None:
    row = await conn.fetchrow(_SQL["lock_proposal"], proposal_id, market_id, kind)
    return to_struct_or_none(row, Proposal)


async def list_waiting(
    conn: Connection, *, market_id: MarketId, kind: ProposalKind, limit_count: int
) -> list[Proposal]:
    return to_structs(
        await conn.fetch(_SQL["list_waiting"], market_id, kind, limit_count), Proposal
    )


async def list_waiting_of(
    conn: Connection, *, market_id: MarketId, operator_id: OperatorId
) -> list[Proposal]:
    return to_structs(await conn.fetch(_SQL["list_waiting_of"], market_id, operator_id), Proposal)


async def lock_waiting_of(
    conn: Connection, *, market_id: MarketId, operator_id: OperatorId
) -> list[Proposal]:
    return to_structs(await conn.fetch(_SQL["lock_waiting_of"], market_id, operator_id), Proposal)


async def end_proposals(conn: Connection, *, proposal_ids: Sequence[ProposalId]) -> None:
    await conn.execute(_SQL["end_proposals"], proposal_ids)


async def decide_proposal(
    conn: Connection,
    *,
    proposal_id: ProposalId,
    decided_by: OperatorId,
    decided_at: datetime,
    is_approved: bool,
) -> None:
    await conn.execute(_SQL["decide_proposal"], proposal_id, decided_by, decided_at, is_approved)
