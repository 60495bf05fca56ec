"""The plan of the streets: an irregular grid on the plane, cut by a river and joined by bridges."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from service.simulation.city.names import avenue_names, bridge_names, street_names
from service.simulation.city.river import River
from service.simulation.city.roads import RoadClass, Street

_BLOCK_M = (95.0, 165.0)  # shortest and longest distance between two grid lines
_AVENUE_LINES = (5, 9)  # every fifth to eighth grid line is an avenue
_NAMED_BLOCKS = (10, 19)  # a street keeps its name for ten to eighteen blocks
_BRIDGES_COUNT = 5
_JUNCTION_SPREAD_M = 8.0
_BANK_M = 15.0  # no junction stands closer to the water
_SAMPLES_COUNT = 9  # along an edge, when it is looked at for water


class Grid(NamedTuple):
    """R rows (west to east) and K columns (south to north) of crossings, dry or not."""

    node_m: NDArray[np.float64]  # (R, K, 2) metres east, north
    row_is_avenue: NDArray[np.bool_]  # (R,)
    column_is_avenue: NDArray[np.bool_]  # (K,)


class Plan(NamedTuple):
    """Edges between crossings, street by street."""

    edge_node: NDArray[np.intp]  # (E, 2) crossing numbers: row * K + column
    edge_street: NDArray[np.intp]  # (E,) row of `streets`
    streets: tuple[Street, ...]


def draw_grid(size_m: float, rng: np.random.Generator) -> Grid:
    """Return the crossings of a bent and slightly irregular grid of `size_m` by `size_m`."""
    east_m, north_m = (_lines(size_m, rng) for _ in range(2))
    at_m = np.stack(np.meshgrid(east_m, north_m), axis=-1)
    phase_rad = rng.uniform(0.0, 2.0 * np.pi, 2)
    bent_m = at_m.copy()
    bent_m[..., 0] += 70.0 * np.sin(2.0 * np.pi * at_m[..., 1] / 3_400.0 + phase_rad[0])
    bent_m[..., 1] += 70.0 * np.sin(2.0 * np.pi * at_m[..., 0] / 2_900.0 + phase_rad[1])
    bent_m += np.clip(rng.normal(0.0, 1.0, bent_m.shape), -2.0, 2.0) * _JUNCTION_SPREAD_M
    return Grid(bent_m, _avenues(len(north_m), rng), _avenues(len(east_m), rng))


def draw_plan(
    grid: Grid,
    river: River,
    missing_share: NDArray[np.float64],
    rng: np.random.Generator,
) -> Plan:
    """Return the streets: every dry edge but some missing ones, and the bridges.

    Args:
        grid: the crossings.
        river: no edge but a bridge touches its water.
        missing_share: (R * K,) share of street edges at a crossing that were never built.
        rng: decides which.
    """
    node_m = grid.node_m.reshape(-1, 2)
    is_dry = ~river.is_water(node_m, margin_m=_BANK_M)
    names = {RoadClass.AVENUE: avenue_names(rng), RoadClass.STREET: street_names(rng)}
    laid: list[_Laid] = []
    for line, road_class in _grid_lines(grid):
        pairs = np.column_stack((line[:-1], line[1:]))
        is_built = is_dry[pairs].all(axis=1) & ~_is_wet(node_m[pairs], river)
        run = np.zeros(len(pairs), dtype=np.intp)
        if road_class is RoadClass.STREET:
            is_built &= rng.random(len(pairs)) >= missing_share[pairs].mean(axis=1)
            run = _runs(len(pairs), rng)
        streets = [Street(next(names[road_class]), road_class) for _ in range(int(run[-1]) + 1)]
        laid.append(_Laid(pairs[is_built], run[is_built], streets))
    laid.append(_lay_bridges(grid, river, is_dry, rng))
    first_street = np.cumsum([0, *(len(part.streets) for part in laid)])[:-1]
    return Plan(
        np.concatenate([part.edge_node for part in laid]),
        np.concatenate([part.run + first for part, first in zip(laid, first_street, strict=True)]),
        tuple(street for part in laid for street in part.streets),
    )


class _Laid(NamedTuple):
    """The edges of one grid line, with the streets that it is made of."""

    edge_node: NDArray[np.intp]  # (E, 2)
    run: NDArray[np.intp]  # (E,) row of `streets`
    streets: list[Street]


def _grid_lines(grid: Grid) -> Iterator[tuple[NDArray[np.intp], RoadClass]]:
    """Yield the crossing numbers along each row, then along each column."""
    rows_count, columns_count, _two = grid.node_m.shape
    number = np.arange(rows_count * columns_count, dtype=np.intp)
    by_row = number.reshape(rows_count, columns_count)
    lines = [*by_row, *by_row.T]
    for line, is_avenue in zip(lines, (*grid.row_is_avenue, *grid.column_is_avenue), strict=True):
        yield line, RoadClass.AVENUE if is_avenue else RoadClass.STREET


def _lines(size_m: float, rng: np.random.Generator) -> NDArray[np.float64]:
    at_m = np.cumsum(rng.uniform(*_BLOCK_M, int(size_m / _BLOCK_M[0]) + 1))
    at_m = at_m[at_m <= size_m]
    return at_m - (at_m[0] + at_m[-1]) / 2.0


def _avenues(lines_count: int, rng: np.random.Generator) -> NDArray[np.bool_]:
    is_avenue = np.zeros(lines_count, dtype=np.bool_)
    is_avenue[np.cumsum(rng.integers(*_AVENUE_LINES, lines_count)).clip(max=lines_count - 1)] = True
    return is_avenue


def _runs(edges_count: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """Return (edges_count,) which name along the line an edge bears: 0, 0, ... 1, 1, ..."""
    lengths = rng.integers(*_NAMED_BLOCKS, edges_count)
    return np.repeat(np.arange(edges_count), lengths)[:edges_count]


def _is_wet(ends_m: NDArray[np.float64], river: River) -> NDArray[np.bool_]:
    """Return (E,) whether an edge, (E, 2, 2) its ends in metres, touches the water."""
    share = np.linspace(0.0, 1.0, _SAMPLES_COUNT)[None, :, None]
    samples_m = ends_m[:, None, 0] * (1.0 - share) + ends_m[:, None, 1] * share
    is_wet = river.is_water(samples_m.reshape(-1, 2)).reshape(len(ends_m), -1)
    return np.asarray(is_wet.any(axis=1))


def _lay_bridges(
    grid: Grid, river: River, is_dry: NDArray[np.bool_], rng: np.random.Generator
) -> _Laid:
    """Return bridges from bank to bank, on the avenues nearest to an even spacing."""
    rows_count, columns_count, _two = grid.node_m.shape
    avenue_rows = np.flatnonzero(grid.row_is_avenue[:-1])  # none along the city's edge
    wanted = (np.arange(_BRIDGES_COUNT) + 0.5) * rows_count / _BRIDGES_COUNT
    nearest = np.abs(avenue_rows[None, :] - wanted[:, None]).argmin(axis=1)
    banks: list[tuple[int, int]] = []
    for row in np.unique(avenue_rows[nearest]).tolist():
        first = row * columns_count
        dry = is_dry[first : first + columns_count]
        west = river.is_west(grid.node_m[row])
        west_bank, east_bank = np.flatnonzero(dry & west)[-1], np.flatnonzero(dry & ~west)[0]
        banks.append((first + int(west_bank), first + int(east_bank)))
    names = bridge_names(rng)
    bridges = [Street(next(names), RoadClass.AVENUE, is_bridge=True) for _ in banks]
    return _Laid(np.array(banks, dtype=np.intp), np.arange(len(banks), dtype=np.intp), bridges)
