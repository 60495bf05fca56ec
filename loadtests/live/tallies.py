"""What a fleet counts and hands over: plain structs, the same on both ends of the pipe."""

from msgspec import Struct


class Counts(Struct, kw_only=True):
    """What all sockets of a fleet add up to."""

    dialed_count: int = 0
    opened_count: int = 0
    turned_away_count: int = 0  # handshakes not answered with 101
    frames_received_count: int = 0
    bytes_received_count: int = 0
    frames_sent_count: int = 0
    bytes_sent_count: int = 0
    paused_count: int = 0  # times that a server did not read what was sent
    close_codes: dict[str, int] = {}  # "cut": no close frame


class OfferHeard(Struct, frozen=True):
    at_s: float
    offer_id: str
    job_ids: tuple[str, ...]


class Accepted(Struct, frozen=True):
    """An acceptance: when it was sent, and how long what followed took."""

    at_s: float
    took_s: float


class Return(Struct, frozen=True):
    """A courier who lost the connection and is resumed again."""

    lost_s: float
    back_s: float


class Heard(Struct, kw_only=True):
    """What a fleet of couriers was told, over all of its connections."""

    resumed_count: int = 0
    recovered_count: int = 0  # of them: told that nothing was missed
    renewed_count: int = 0  # sessions
    events_count: int = 0
    gaps_count: int = 0  # events that were skipped: lost
    repeats_count: int = 0  # events that came again: shown twice
    refusals: dict[str, int] = {}  # by code
    offers: list[OfferHeard] = []
    answers_count: int = 0  # acceptances that were said
    settled_count: int = 0  # of them: `done`, or refused for good
    accepted: list[Accepted] = []  # until `done`
    routed: list[Accepted] = []  # until `assignment_changed`
    returns: list[Return] = []


class Told(Struct, frozen=True, kw_only=True):
    """All counts since the start; instants are seconds of the machine's monotonic clock."""

    counts: Counts
    heard: Heard
    renewal_failures: dict[str, int]  # times that no ticket was got, by what was the matter
    cpu_s: float  # of the fleet's process


class Whole(Struct, frozen=True, kw_only=True):
    """How many are there, and how many on their way back."""

    resumed_count: int
    away_count: int


class Marked(Struct, frozen=True, array_like=True):
    """A report of one of the few couriers who are watched."""

    row: int
    at_s: float  # when it was sent
    lat_e6: int  # millionths of a degree
    lng_e6: int


class Walk(Struct, frozen=True, kw_only=True):
    """Reports sent in a while."""

    began_s: float
    sent_count: int
    behind_s_max: float  # how late this client was at most: more than a few slots is overload
    slots: list[tuple[float, int]]  # an instant, and how many had been sent by then
    marked: list[Marked]
