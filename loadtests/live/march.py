"""Couriers on the move: straight on at 10 m/s, and back at the edge of a circle."""

from collections.abc import Iterator, Sequence
from math import cos, radians

import numpy as np

from loadtests.live.courier import Courier
from loadtests.live.frames import masked
from loadtests.live.peer import now_s
from service.clock import real_now

SPEED_MPS = 10.0
RADIUS_M = 5_000.0
DEGREE_M = 111_195.0  # of latitude
CLOCK_S = 0.1  # how exact the time in a report is

Report = tuple[Courier, bytes, tuple[int, int]]  # its frame, and the place in 1e-6 degrees


class March:
    """Where the couriers of a fleet are, by row."""

    def __init__(
        self, count: int, *, center_deg: tuple[float, float], radius_m: float, seed: int
    ) -> None:
        rng = np.random.default_rng(seed)
        self._radius_m = radius_m
        self._center_deg = np.array(center_deg)
        self._degree_m = DEGREE_M * np.array((1.0, cos(radians(center_deg[0]))))
        away_m = radius_m * np.sqrt(rng.random(count))
        bearing, heading = 2.0 * np.pi * rng.random((2, count))
        self._place_m = away_m[:, None] * np.stack((np.cos(bearing), np.sin(bearing)), axis=1)
        self._heading = np.stack((np.cos(heading), np.sin(heading)), axis=1)

    def reports(self, couriers: Sequence[Courier], *, rate_per_s: float) -> Iterator[Report]:
        """Yield reports of the couriers in turn, for ever; at this rate each moves at its speed."""
        rows = np.array([courier.row for courier in couriers], dtype=np.int64)
        step_m = SPEED_MPS * len(couriers) / rate_per_s
        clock_s, clock = 0.0, b""
        while True:
            for courier, (lat_e6, lng_e6) in zip(couriers, self._moved(rows, step_m), strict=True):
                if (at_s := now_s()) - clock_s > CLOCK_S:
                    clock_s = at_s
                    clock = real_now().isoformat(timespec="milliseconds").encode()
                courier.position_seq += 1
                text = (
                    b'{"type":"report_position","seq":%d,"lat_deg":%.6f,"lng_deg":%.6f,'
                    b'"accuracy_m":8.0,"fixed_at":"%b"}'
                    % (courier.position_seq, lat_e6 / 1e6, lng_e6 / 1e6, clock)
                )
                yield courier, masked(text), (lat_e6, lng_e6)

    def _moved(self, rows: np.ndarray, step_m: float) -> list[tuple[int, int]]:
        """Let the couriers go on; return their places in millionths of a degree."""
        place_m = self._place_m[rows] + step_m * self._heading[rows]
        is_outside = np.linalg.norm(place_m, axis=1) > self._radius_m
        self._heading[rows[is_outside]] *= -1.0
        self._place_m[rows[~is_outside]] = place_m[~is_outside]
        places_deg = self._center_deg + self._place_m[rows] / self._degree_m
        return [(lat, lng) for lat, lng in np.rint(places_deg * 1e6).astype(np.int64).tolist()]
