"""What the engine is told of couriers' answers and of demand: only what has happened."""

import numpy as np
import pytest

from service.simulation.virtual.answers import Answers
from service.simulation.virtual.demand import MEMORY_S, Demand

# Two stores within a few metres, and one 5 km to the north.
STORES_DEG = np.array([(0.001, 0.001), (0.0011, 0.001), (0.046, 0.001)])


def test_where_nothing_was_ordered_nothing_is_expected() -> None:
    assert len(Demand(STORES_DEG).expected(50.0).store) == 0


def test_an_order_counts_for_its_neighbourhood_and_is_forgotten() -> None:
    demand = Demand(STORES_DEG)
    demand.see(2, placed_s=100.0)
    assert demand.expected(100.0).store.tolist() == [2]
    assert demand.expected(100.0).per_h.tolist() == [3_600.0 / MEMORY_S]
    assert demand.expected(100.0 + MEMORY_S).per_h[0] == pytest.approx(3_600.0 / MEMORY_S / np.e)


def test_a_neighbourhood_is_at_its_busiest_store() -> None:
    demand = Demand(STORES_DEG)
    for store in (0, 1, 1):
        demand.see(store, placed_s=0.0)
    store, per_h = demand.expected(0.0)
    assert store.tolist() == [1]
    assert per_h.tolist() == [3 * 3_600.0 / MEMORY_S]


def test_steady_orders_are_their_rate_in_the_end() -> None:
    demand = Demand(STORES_DEG)
    for placed_s in range(0, 40_000, 100):
        demand.see(0, placed_s=float(placed_s))
    assert demand.expected(40_000.0).per_h[0] == pytest.approx(36.0, rel=0.02)


def test_who_accepts_everything_is_believed_to() -> None:
    answers = Answers(2, lowest_share=1.0, seed=1)
    assert all(answers.ask(0) for _ in range(50))
    assert answers.believed_shares([0, 1]) == [1.0, 1.0]


def test_belief_follows_the_answers_of_each_courier() -> None:
    answers = Answers(2, lowest_share=0.0, seed=3)
    (before,) = answers.believed_shares([0])
    accepted_count = sum(answers.ask(0) for _ in range(400))
    believed, untouched = answers.believed_shares([0, 1])
    assert believed == pytest.approx(accepted_count / 400, abs=0.02)
    assert untouched == before


def test_the_same_seed_gives_the_same_answers() -> None:
    first, second = (Answers(3, lowest_share=0.2, seed=9) for _ in range(2))
    asked = [row % 3 for row in range(60)]
    assert [first.ask(row) for row in asked] == [second.ask(row) for row in asked]
