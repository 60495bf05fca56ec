"""A packing takes no item twice, beats the greedy ones, and its bound holds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.packing import pack
from matching.prices import prices_of
from matching.units import Units
from tests.unit.matching import twins_packing
from tests.unit.matching.groups import groups_of, units_of

ITEMS_COUNT = 8

GROUPS = st.lists(
    st.sets(st.integers(0, ITEMS_COUNT - 1), min_size=1, max_size=4), min_size=1, max_size=9
)


@st.composite
def pools(draw):
    groups = draw(GROUPS)
    size = len(groups)
    saving = draw(st.lists(st.integers(1, 40), min_size=size, max_size=size))
    return groups, np.array(saving, np.float64)


def random_pool(seed, *, items_count, bundles_count) -> tuple[Units, np.ndarray]:
    rng = np.random.default_rng(seed)
    sizes = rng.integers(2, 5, bundles_count)
    groups = [rng.choice(items_count, size, replace=False).tolist() for size in sizes]
    return units_of(groups), rng.uniform(50.0, 150.0, bundles_count) * sizes


def taken_items(bundles, packing) -> list[int]:
    groups = groups_of(bundles)
    return [item for row in packing.row for item in groups[row]]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(pool=pools())
def test_a_small_packing_is_the_best_of_all(pool) -> None:
    groups, saving = pool
    packing = pack(units_of(groups), saving, ITEMS_COUNT, moves_count_max=3_000)
    best = twins_packing.best_packing(groups, saving)
    assert packing.saving == pytest.approx(best)
    assert packing.bound >= best - 1e-6


@settings(max_examples=60, deadline=None, derandomize=True)
@given(pool=pools(), moves_count=st.integers(0, 50), rounds_count=st.integers(1, 5))
def test_a_hasty_packing_is_disjoint_and_no_worse_than_greedy(
    pool, moves_count, rounds_count
) -> None:
    groups, saving = pool
    bundles = units_of(groups)
    packing = pack(
        bundles,
        saving,
        ITEMS_COUNT,
        moves_count_max=moves_count,
        rounds_count_max=rounds_count,
    )
    items = taken_items(bundles, packing)
    assert len(items) == len(set(items))
    assert packing.saving == pytest.approx(saving[packing.row].sum())
    for is_per_item in (False, True):
        least = twins_packing.greedy(groups, saving, is_per_item=is_per_item)
        assert packing.saving >= least - 1e-9
    assert packing.bound >= packing.saving


@settings(max_examples=20, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32 - 1))
def test_more_rounds_never_raise_the_bound(seed) -> None:
    bundles, saving = random_pool(seed, items_count=12, bundles_count=30)
    bounds = [
        prices_of(bundles, saving, 12, reached=saving.max(), rounds_count_max=rounds).bound
        for rounds in (1, 2, 5, 20, 60)
    ]
    assert bounds == sorted(bounds, reverse=True)


def test_prices_prove_their_bound() -> None:
    bundles, saving = random_pool(1, items_count=12, bundles_count=30)
    price, bound = prices_of(bundles, saving, 12, reached=saving.max(), rounds_count_max=60)
    worth = [s - price[group].sum() for group, s in zip(groups_of(bundles), saving, strict=True)]
    assert (price >= 0.0).all()
    assert bound == pytest.approx(price.sum() + np.maximum(worth, 0.0).sum())


def test_the_same_pool_is_packed_the_same_way() -> None:
    bundles, saving = random_pool(5, items_count=20, bundles_count=60)
    first, second = (pack(bundles, saving, 20, moves_count_max=500) for _ in range(2))
    assert first.row.tolist() == second.row.tolist()
    assert first[1:] == second[1:]


def test_of_equal_bundles_the_lower_row_is_taken() -> None:
    packing = pack(units_of([[0, 1], [0, 1], [0, 1]]), np.full(3, 7.0), 2, moves_count_max=0)
    assert packing.row.tolist() == [0]


def test_moves_find_what_every_greedy_order_misses() -> None:
    groups = [[0, 1], [1, 2], [2, 3], [3, 4], [4, 5]]
    saving = np.array([6.0, 10.0, 9.0, 10.0, 6.0])
    packing = pack(units_of(groups), saving, 6)
    assert packing.saving == twins_packing.best_packing(groups, saving)


def test_nothing_to_pack_saves_nothing() -> None:
    packing = pack(units_of([]), np.empty(0), 4)
    assert (packing.row.tolist(), packing.saving, packing.bound) == ([], 0.0, 0.0)
