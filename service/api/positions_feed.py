"""Where couriers are, for the consoles of ops: the newest of each, about once a second."""

from collections.abc import Iterable

import msgspec

from service.api.present_ops import instant_of
from service.api.sockets import Socket
from service.domain.ids import CourierId
from service.live.records import LiveFix
from service.wire.watcher_stream import CourierPosition, OpsPositions

_LANE = "positions"


class PositionsFeed:
    """What each console has not been told yet: one fix per courier, however slow it reads."""

    def __init__(self) -> None:
        self._untold: dict[Socket, dict[CourierId, LiveFix]] = {}

    def add(self, socket: Socket) -> None:
        self._untold[socket] = {}

    def remove(self, socket: Socket) -> None:
        self._untold.pop(socket, None)

    def hear(self, fixes: Iterable[LiveFix]) -> None:
        """Take fixes from the bus."""
        newest = {fix.courier_id: fix for fix in fixes}
        for untold in self._untold.values():
            untold.update(newest)

    def tell(self) -> None:
        """Send what is new to each console that has taken what it was sent before."""
        for socket, untold in self._untold.items():
            if untold and not socket.is_waiting(_LANE):
                positions = tuple(_position(fix) for fix in untold.values())
                socket.replace(_LANE, msgspec.json.encode(OpsPositions(positions=positions)))
                untold.clear()


def _position(fix: LiveFix) -> CourierPosition:
    return CourierPosition(
        courier_id=fix.courier_id,
        lat_deg=fix.lat_deg,
        lng_deg=fix.lng_deg,
        at=instant_of(fix.received_at_ms),
    )
