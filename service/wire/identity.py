"""The bodies of keys and log-ins. What opens a door is told once, when it is made."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from service.domain.allow_list import NETWORKS_COUNT_MAX
from service.domain.four_eyes import ProposalStatus
from service.domain.ids import MarketId, OperatorId, ProposalId
from service.domain.permission import Right, Scope
from service.domain.vocabulary import OperatorRole
from service.wire.text import PRINTABLE, Name

Scopes = Annotated[list[Scope], Meta(min_length=1, max_length=len(Scope))]
Networks = Annotated[
    list[str],  # which of them are networks the domain says
    Meta(
        max_length=NETWORKS_COUNT_MAX,
        description="addresses, and networks without host bits: `192.0.2.0/24`, `2001:db8::/48`",
    ),
]
KeyLifeS = Annotated[int, Meta(ge=3_600, le=94_608_000)]  # an hour to three years


class _Request(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a client sends. Unknown fields are refused: they are bugs or probes."""


class _Body(msgspec.Struct, frozen=True, kw_only=True):
    """What a client is told."""


class CreateKeyBody(_Request, frozen=True):
    """`name` says what the key is used for; two keys of one name may be active, to be exchanged.

    `allowed_from` says from where it may be used, `[]` is anywhere; without it, from where the key
    may be used that asks.
    """

    name: Name
    scopes: Scopes
    expires_in_s: KeyLifeS | None = None
    allowed_from: Networks | None = None


class RestrictKeyBody(_Request, frozen=True):
    """`[]` is anywhere."""

    allowed_from: Networks


class KeyBody(_Body, frozen=True):
    """A key without its secret. Its id stands in the middle of it."""

    id: str
    name: str | None
    scopes: tuple[Scope, ...]
    livemode: bool
    created_at: datetime
    last_used_at: datetime | None  # to the minute or two
    expires_at: datetime | None
    revoked_at: datetime | None
    allowed_from: tuple[str, ...]  # networks; none: from anywhere


class NewKeyBody(_Body, frozen=True):
    """`key` is shown only here."""

    key: str
    issued: KeyBody


class KeyList(_Body, frozen=True):
    """At most 100: the active ones first, the newest first."""

    keys: tuple[KeyBody, ...]


class RefreshBody(_Request, frozen=True):
    """A device that gave a key at its log-in signs: else the token alone is enough.

    `proof` is its ECDSA signature with SHA-256 of the ASCII text `hexhaul refresh ` and the token,
    as the 64 bytes of r and s, in base64url without padding.
    """

    refresh_token: Annotated[str, Meta(min_length=1, max_length=128)]
    proof: (
        Annotated[str, Meta(min_length=86, max_length=86, pattern=r"^[0-9A-Za-z_-]{86}(?![\s\S])")]
        | None
    ) = None


class DeviceSessionBody(_Body, frozen=True):
    """`access_token` goes into `Authorization: Bearer ...`; `refresh_token` is good once."""

    access_token: str
    access_expires_in_s: int
    refresh_token: str
    refresh_expires_in_s: int


class OpsLogInBody(_Request, frozen=True):
    login: Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9._@-]{0,63}(?![\s\S])")]
    password: Annotated[str, Meta(min_length=1, max_length=256)]


class OpsWaysBody(_Body, frozen=True):
    """How a console logs in here; accounts for an emergency have a password in any case."""

    password: bool
    issuer: bool


class OpsAttemptBody(_Body, frozen=True):
    address: str


class OpsCodeBody(_Request, frozen=True):
    """What the issuer has sent the browser back with."""

    code: Annotated[str, Meta(min_length=1, max_length=2_048, pattern=PRINTABLE)]
    state: Annotated[str, Meta(min_length=1, max_length=256, pattern=PRINTABLE)]


class OpsMarket(_Body, frozen=True):
    market_id: MarketId
    name: str
    role: OperatorRole


class OpsSessionBody(_Body, frozen=True):
    """Who is logged in, and what the role allows in this market; `markets` are all of theirs."""

    operator_id: OperatorId
    market_id: MarketId
    name: str
    role: OperatorRole
    rights: tuple[Right, ...]
    markets: tuple[OpsMarket, ...]


class ColleagueBody(_Body, frozen=True):
    """Who looks after the market; a program has a key, cannot log in, and approves nothing."""

    operator_id: OperatorId
    name: str
    role: OperatorRole
    is_person: bool


class ColleagueList(_Body, frozen=True):
    """At most 500: people first, by name."""

    operators: tuple[ColleagueBody, ...]


class ChangeRoleBody(_Request, frozen=True):
    role: OperatorRole


class RoleChangeBody(_Body, frozen=True):
    """Another role of an operator in this market; the operator has it when it is `approved`."""

    id: ProposalId
    status: ProposalStatus
    operator_id: OperatorId
    former_role: OperatorRole
    role: OperatorRole
    proposed_by: OperatorId
    proposed_at: datetime
    expires_at: datetime
    decided_by: OperatorId | None
    decided_at: datetime | None


class RoleChangeList(_Body, frozen=True):
    """At most 100; first those whose time is over soonest."""

    role_changes: tuple[RoleChangeBody, ...]
