"""Messages to couriers are kept sealed, and opened when they are sent."""

from collections.abc import Iterable

from msgspec.structs import replace

from service.domain.recipient_data import opened
from service.domain.sealing import KeyChain
from service.wire.courier_stream import OfferLeg
from service.wire.route import Assignment


def opened_assignment(assignment: Assignment, chain: KeyChain) -> Assignment:
    """Return what a courier has in hand, with where to go and whom to ask for."""
    return replace(assignment, stops=tuple(opened(stop, chain) for stop in assignment.stops))


def opened_legs(legs: Iterable[OfferLeg], chain: KeyChain) -> tuple[OfferLeg, ...]:
    """Return the legs of an offer, with the addresses."""
    return tuple(opened(leg, chain) for leg in legs)
