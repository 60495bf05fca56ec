"""Every key and channel in Redis. `{market}` is the hash tag: one market lives on one node."""

from enum import StrEnum

from service.domain.ids import MarketId

CELL_RESOLUTION = 8  # H3; an edge of about 530 m

# After the last report in a cell, or in the market. The relay takes out single positions after a
# minute, so this is for when there is none: longer, so that it never comes before the relay.
POSITIONS_TTL_S = 180


PROBE_TTL_MS = 1_000


class Channel(StrEnum):
    """What a market's processes tell each other; `bus` says what each one carries."""

    EVENTS = "events"
    TICKS = "ticks"
    HINTS = "hints"
    WAKE_DISPATCH = "wake:dispatch"
    WAKE_RELAY = "wake:relay"
    CONTROL = "control"


def jobs_in_cell(market_id: MarketId, cell: int) -> str:
    """Hash: job id (16 bytes) -> packed `OpenJob`, of the jobs picked up in the cell. No TTL."""
    return f"{{{market_id}}}:cell:{cell:x}:jobs"


def job_cells(market_id: MarketId) -> str:
    """Hash: job id (16 bytes) -> the key `jobs_in_cell` that holds it. No TTL."""
    return f"{{{market_id}}}:job_cells"


def roster(market_id: MarketId) -> str:
    """Hash: courier id (16 bytes) -> packed `RosterEntry`. No TTL."""
    return f"{{{market_id}}}:roster"


def index_epoch(market_id: MarketId) -> str:
    """String: which build of jobs and roster this is; absent while there is none. No TTL."""
    return f"{{{market_id}}}:index_epoch"


def index_building(market_id: MarketId) -> str:
    """String: the build under way; absent when there is none, or what it wrote is lost. No TTL."""
    return f"{{{market_id}}}:index_building"


def couriers_in_cell(market_id: MarketId, cell: int) -> str:
    """Hash: courier id (16 bytes) -> packed `LiveFix`. TTL: `POSITIONS_TTL_S`.

    `positions.evict` keeps it short; without a relay it goes by itself when nobody there reports.
    """
    return f"{{{market_id}}}:cell:{cell:x}:couriers"


def position_cells(market_id: MarketId) -> str:
    """Hash: courier id (16 bytes) -> `couriers_in_cell` of the fix. TTL: `POSITIONS_TTL_S`."""
    return f"{{{market_id}}}:position_cells"


def position_times(market_id: MarketId) -> str:
    """Sorted set: courier id (16 bytes), by `received_at_ms` of its fix. TTL: `POSITIONS_TTL_S`."""
    return f"{{{market_id}}}:position_times"


def connections(market_id: MarketId) -> str:
    """Hash: courier id (16 bytes) -> number of the newest connection, as decimal text. No TTL."""
    return f"{{{market_id}}}:connections"


def position_counts(market_id: MarketId) -> str:
    """Hash: cell in hexadecimal -> how many couriers are in it, of any. TTL: `POSITIONS_TTL_S`."""
    return f"{{{market_id}}}:position_counts"


def probe(market_id: MarketId) -> str:
    """String: nothing, written to see whether writes are taken. TTL: `PROBE_TTL_MS`."""
    return f"{{{market_id}}}:probe"


def channel(market_id: MarketId, kind: Channel) -> str:
    """Pub/sub channel of one kind of message."""
    return f"{{{market_id}}}:{kind}"


def every_key(market_id: MarketId) -> str:
    """Pattern of all keys above."""
    return f"{{{market_id}}}:*"


def ticket(digest: str) -> str:
    """String: owner of the one-time ticket with this SHA-256. TTL: as issued.

    A ticket is redeemed before anything is known of its bearer, so its digest is the hash tag.
    """
    return f"ticket:{{{digest}}}"


def bucket(name: str) -> str:
    """String: when the token bucket is full, microseconds since 1970. TTL: until then.

    It is no market's: who asks may be nobody that is known. All live on one node, so that those
    who ask at the same time are counted at once.
    """
    return f"bucket:{{all}}:{name}"
