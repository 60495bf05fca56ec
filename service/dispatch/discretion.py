"""Of couriers without a job recorded ticks have the cells, and for a day, beside it, the places.

With the places a tick is decided again to the last bit, and without them a little otherwise.
"""

import zlib

import msgspec
from msgspec.structs import replace

from matching.cells import cell_of, center_of
from service.dispatch.recording import RecordedTick, UnreadableTickError
from service.dispatch.rows import Gathered, SeenCourier

RESOLUTION = 9  # H3; the middle of a cell is within 250 m of all of it
_LEVEL = 1  # of compression, as of the tick

# Latitude and longitude, in degrees, in the order of the couriers.
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[tuple[float, float]]).decode


def coarse(gathered: Gathered) -> Gathered:
    """Return what was gathered, with couriers who have no job in the middle of their cells."""
    couriers = tuple(_in_cell(one) if _is_idle(one) else one for one in gathered.couriers)
    return replace(gathered, couriers=couriers)


def pack_places(gathered: Gathered) -> bytes:
    """Return where couriers were who had no job."""
    idle = filter(_is_idle, gathered.couriers)
    return zlib.compress(_encode([(one.fix.lat_deg, one.fix.lng_deg) for one in idle]), _LEVEL)


def exact(recorded: RecordedTick, places: bytes) -> RecordedTick:
    """Return the tick with all couriers where they were.

    Raises:
        UnreadableTickError: these are not the places of its couriers.
    """
    couriers = list(recorded.gathered.couriers)
    idle = [index for index, one in enumerate(couriers) if _is_idle(one)]
    try:
        there = _decode(zlib.decompress(places))
        for index, (lat_deg, lng_deg) in zip(idle, there, strict=True):
            couriers[index] = _at(couriers[index], lat_deg, lng_deg)
    except (zlib.error, msgspec.MsgspecError, ValueError) as error:
        raise UnreadableTickError(repr(error)) from error
    return replace(recorded, gathered=replace(recorded.gathered, couriers=tuple(couriers)))


def _is_idle(courier: SeenCourier) -> bool:
    return courier.entry.live_jobs_count == 0


def _in_cell(courier: SeenCourier) -> SeenCourier:
    fix = courier.fix
    return _at(courier, *center_of(cell_of(fix.lat_deg, fix.lng_deg, resolution=RESOLUTION)))


def _at(courier: SeenCourier, lat_deg: float, lng_deg: float) -> SeenCourier:
    return replace(courier, fix=replace(courier.fix, lat_deg=lat_deg, lng_deg=lng_deg))
