"""What a caller may do: the scopes of a merchant's key, the rights that an operator's role gives.

Each route asks for one of them. The names are those of the wire.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeAlias

from msgspec import Struct

from service.domain.ids import MarketId
from service.domain.vocabulary import OperatorRole


class Scope(StrEnum):
    """What a merchant's key may be for."""

    JOBS_READ = "jobs:read"
    JOBS_WRITE = "jobs:write"
    WEBHOOKS = "webhooks"
    KEYS = "keys"
    STATEMENT_READ = "statement:read"


class Right(StrEnum):
    """What couriers, recipients and operators may do."""

    CARRY = "carry"  # every courier
    TRACK = "track"  # who has the link to a job
    OPS_READ = "ops:read"
    OPS_DISPATCH = "ops:dispatch"  # what concerns jobs and couriers at work, and pausing the market
    OPS_CONTACTS = "ops:contacts"  # whom to call about a job under way
    OPS_FINANCE = "ops:finance"
    OPS_POLICY = "ops:policy"
    OPS_OPERATORS = "ops:operators"  # who may do what
    OPS_AUDIT = "ops:audit"  # who has done what


Permission: TypeAlias = Scope | Right

OF_COURIER: frozenset[Permission] = frozenset({Right.CARRY})
OF_RECIPIENT: frozenset[Permission] = frozenset({Right.TRACK})
OF_ROLE: Mapping[OperatorRole, frozenset[Right]] = {
    OperatorRole.VIEWER: frozenset({Right.OPS_READ}),
    OperatorRole.DISPATCHER: frozenset({Right.OPS_READ, Right.OPS_DISPATCH, Right.OPS_CONTACTS}),
    OperatorRole.FINANCE: frozenset({Right.OPS_READ, Right.OPS_FINANCE}),
    OperatorRole.ADMIN: frozenset(set(Right) - {Right.CARRY, Right.TRACK}),
}


class Admission(Struct, frozen=True, kw_only=True):
    """A market that an operator looks after beside that of the account, with the role there."""

    market_id: MarketId
    role: OperatorRole
