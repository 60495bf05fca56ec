"""The districts of the city, and which one a place lies in."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray


class DistrictKind(StrEnum):
    CENTER = "center"
    OLD_TOWN = "old_town"
    RESIDENTIAL = "residential"
    PARK = "park"
    INDUSTRIAL = "industrial"
    CAMPUS = "campus"


@dataclass(frozen=True, slots=True, kw_only=True)
class District:
    name: str
    kind: DistrictKind
    east_m: float
    north_m: float
    radius_m: float  # its weight against its neighbours, not a border


# name, kind, metres east and north of the centre, radius; each is moved a little by the seed.
_LAYOUT = (
    ("Midtown", DistrictKind.CENTER, -700.0, 0.0, 1_000.0),
    ("Old Town", DistrictKind.OLD_TOWN, 100.0, 1_300.0, 700.0),
    ("Queen's Park", DistrictKind.PARK, -1_500.0, 1_900.0, 300.0),
    ("Dockside", DistrictKind.INDUSTRIAL, 2_600.0, -2_600.0, 1_100.0),
    ("University Hill", DistrictKind.CAMPUS, 2_300.0, 1_500.0, 700.0),
    ("Northgate", DistrictKind.RESIDENTIAL, -800.0, 3_100.0, 800.0),
    ("Westmoor", DistrictKind.RESIDENTIAL, -3_000.0, 300.0, 800.0),
    ("Southbank", DistrictKind.RESIDENTIAL, -1_200.0, -2_600.0, 800.0),
    ("Eastlea", DistrictKind.RESIDENTIAL, 3_000.0, 200.0, 700.0),
    ("Larkhill", DistrictKind.RESIDENTIAL, 2_600.0, 3_200.0, 700.0),
)
_SPREAD_M = 250.0


def draw_districts(rng: np.random.Generator) -> tuple[District, ...]:
    """Return the ten districts, each moved by up to 250 m per axis."""
    moves_m = rng.uniform(-_SPREAD_M, _SPREAD_M, (len(_LAYOUT), 2))
    return tuple(
        District(
            name=name,
            kind=kind,
            east_m=east_m + float(move_m[0]),
            north_m=north_m + float(move_m[1]),
            radius_m=radius_m,
        )
        for (name, kind, east_m, north_m, radius_m), move_m in zip(_LAYOUT, moves_m, strict=True)
    )


def districts_at(at_m: NDArray[np.float64], districts: tuple[District, ...]) -> NDArray[np.intp]:
    """Return (K,) rows of the districts of points, (K, 2) metres east, north.

    The nearest district's centre wins after its radius is taken off (an additively weighted
    Voronoi diagram), so districts tile the plane.
    """
    centers_m = np.array([(d.east_m, d.north_m) for d in districts])
    radius_m = np.array([d.radius_m for d in districts])
    apart_m = np.linalg.norm(at_m[:, None, :] - centers_m[None, :, :], axis=2)
    return np.argmin(apart_m - radius_m, axis=1)
