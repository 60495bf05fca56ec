"""The matching against trying everything, and its ties."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.assignment import match
from matching.quotes import Quotes
from tests.unit.matching import twins

NO_EDGE = np.inf


def quotes_from(cost) -> Quotes:
    table = np.array(cost, np.float64)
    unit, courier = np.nonzero(np.isfinite(table))
    values = table[unit, courier]
    return Quotes(unit, courier, values)


def costs(rows: int, columns: int):
    edge = st.one_of(st.sampled_from((-50.0, 0.0, 50.0, 90.0, 120.0)), st.just(NO_EDGE))
    row = st.lists(edge, min_size=columns, max_size=columns)
    return st.lists(row, min_size=rows, max_size=rows)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(cost=costs(4, 3))
def test_the_matching_is_the_cheapest_and_of_those_the_one_with_the_lowest_rows(cost) -> None:
    open_cost = [100.0, 150.0, 200.0, 100.0]
    courier = match(quotes_from(cost), np.array(open_cost), couriers_count=3)
    taken = courier[courier >= 0].tolist()
    assert len(taken) == len(set(taken))
    total = sum(open_cost[u] if c < 0 else cost[u][c] for u, c in enumerate(courier.tolist()))
    rows_sum = int(np.where(courier < 0, 3, courier).sum())
    assert (total, rows_sum) == twins.cheapest_matching(cost, open_cost)


def test_of_equally_cheap_matchings_the_lower_rows_win() -> None:
    cost = [[1.0, 1.0, 1.0], [1.0, NO_EDGE, 1.0]]
    courier = match(quotes_from(cost), np.array([3.0, 3.0]), couriers_count=3)
    assert courier.tolist() == [1, 0]


def test_costs_within_a_millisecond_are_a_tie() -> None:
    courier = match(quotes_from([[5.0001, 5.0]]), np.array([9.0]), couriers_count=2)
    assert courier.tolist() == [0]


def test_of_equal_couriers_the_lower_row_is_taken() -> None:
    courier = match(quotes_from([[7.0, 5.0, 5.0, 5.0]]), np.array([9.0]), couriers_count=4)
    assert courier.tolist() == [1]


def test_a_unit_stays_open_when_that_is_cheaper() -> None:
    courier = match(quotes_from([[10.0], [4.0]]), np.array([5.0, 5.0]), couriers_count=1)
    assert courier.tolist() == [-1, 0]


def test_without_quotes_every_unit_stays_open() -> None:
    nobody = quotes_from(np.full((3, 2), NO_EDGE))
    assert match(nobody, np.ones(3), couriers_count=2).tolist() == [-1, -1, -1]
