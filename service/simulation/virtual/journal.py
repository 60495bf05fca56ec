"""What happened on a virtual day: moves, visits, bundles and offers, in the order of events."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A courier's way from place to place."""

    courier: int
    departed_s: float
    from_place: int
    to_place: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A stop, and the orders picked up or dropped off there together."""

    courier: int
    is_pickup: bool
    orders: tuple[int, ...]
    decided_s: float  # when the last of them was given to the courier
    start_s: float  # when service begins: the moment of the pickup or drop-off
    leave_s: float


@dataclass(slots=True)
class Journal:
    """Rows of couriers, orders and places are those of the day."""

    moves: list[Move] = field(default_factory=list[Move])
    visits: list[Visit] = field(default_factory=list[Visit])
    first_offered_s: dict[int, float] = field(default_factory=dict[int, float])  # by order
    offers_count: dict[int, int] = field(default_factory=dict[int, int])  # by order
    bundle_of: dict[int, int] = field(default_factory=dict[int, int])  # by order: as accepted
