"""The nearest of many places, by straight line."""

from typing import cast

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from service.domain.geo import EARTH_RADIUS_M
from service.travel.source import F64


class Nearest:
    """N > 0 places, to be asked which of them is nearest to others."""

    def __init__(self, places_deg: F64) -> None:
        self._tree = KDTree(_points_of(places_deg))

    def of(self, places_deg: F64) -> tuple[F64, NDArray[np.intp]]:
        """Return (K,) metres to the nearest place, and its rows, for (K, 2) degrees."""
        return cast(
            "tuple[F64, NDArray[np.intp]]",
            self._tree.query(  # pyright: ignore[reportUnknownMemberType]  # scipy ships no types
                _points_of(places_deg)
            ),
        )


def _points_of(places_deg: F64) -> F64:
    """Return (N, 3) points on the sphere, metres, of latitudes and longitudes."""
    lat, lng = np.radians(places_deg).T
    unit = (np.cos(lat) * np.cos(lng), np.cos(lat) * np.sin(lng), np.sin(lat))
    return EARTH_RADIUS_M * np.stack(unit, axis=1)
