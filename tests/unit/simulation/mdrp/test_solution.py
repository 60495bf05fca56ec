"""The files of a solution, its figures, and every rule that it may break."""

from dataclasses import replace
from pathlib import Path

import pytest

from service.simulation.mdrp.breaches import breaches_of
from service.simulation.mdrp.figures import bound_minutes, figures_of
from service.simulation.mdrp.mapping import day_of
from service.simulation.mdrp.solution import START, Solution, Step, solution_of, write_solution
from service.simulation.virtual.journal import Journal, Move, Visit
from tests.unit.simulation.mdrp.examples import FIRST, INSTANCE, SECOND, SOLUTION, STEPS

C1, C2, R1, R2, O1, O2, O3 = range(7)  # rows of the example's places


def visit(start: int, *orders: int, decided: int = 0, is_pickup: bool = False) -> Visit:
    return Visit(
        courier=0,
        is_pickup=is_pickup,
        orders=orders,
        decided_s=decided * 60.0,
        start_s=start * 60.0,
        leave_s=start * 60.0 + 120.0,
    )


def move(courier: int, departed: int, from_place: int, to_place: int) -> Move:
    return Move(
        courier=courier, departed_s=departed * 60.0, from_place=from_place, to_place=to_place
    )


def changed(solution: Solution = SOLUTION, **steps: Step) -> Solution:
    """Return the solution with some of the first courier's steps (`s0` and so on) replaced."""
    own = [steps.get(f"s{row}", step) for row, step in enumerate(solution.steps["c1"])]
    return replace(solution, steps={**solution.steps, "c1": own})


def rules_broken(solution: Solution) -> set[str]:
    return {breach.rule for breach in breaches_of(INSTANCE, solution)}


def test_a_journal_is_told_in_ids_and_minutes() -> None:
    journal = Journal(
        moves=[
            move(0, 8, C1, R1),
            move(1, 10, C2, R2),
            move(0, 24, R1, O1),
            move(0, 33, O1, O2),
            move(0, 41, O2, R2),
            move(0, 57, R2, O3),
        ],
        visits=[
            visit(22, 1, 0, decided=8, is_pickup=True),
            visit(31, 0),
            visit(39, 1),
            visit(55, 2, decided=45, is_pickup=True),
            visit(69, 2),
        ],
    )
    solution = solution_of(day_of(INSTANCE), journal)
    assert tuple(solution.assignments) == SOLUTION.assignments
    assert tuple(solution.deliveries) == SOLUTION.deliveries
    assert {courier: tuple(steps) for courier, steps in solution.steps.items()} == SOLUTION.steps


def test_the_files_are_those_of_the_format(tmp_path: Path) -> None:
    write_solution(SOLUTION, INSTANCE, tmp_path / "new")
    texts = {path.name: path.read_text("utf-8") for path in (tmp_path / "new").iterdir()}
    assert texts == {
        "solution_info_assignments.txt": (
            "assignment_time pickup_time courier orders\n8 22 c1 o1 o2\n45 55 c1 o3\n"
        ),
        "solution_info_orders.txt": (
            "order placement_time ready_time pickup_time dropoff_time courier\n"
            "o1 5 20 22 31 c1\no2 8 22 22 39 c1\no3 45 55 55 69 c1\n"
        ),
        "solution_info_couriers.txt": (
            "courier departure_time origin destination\nc1 8 0 r1\nc1 24 r1 o1\nc1 33 o1 o2\n"
            "c1 41 o2 r2\nc1 57 r2 o3\nc2 10 0 r2\n"
        ),
    }


def test_the_figures_of_the_example() -> None:
    figures = figures_of(INSTANCE, SOLUTION)
    assert (figures.orders, figures.delivered, figures.undelivered_pct) == (4, 3, 25.0)
    # 26, 31 and 24 minutes from click to door; 2, 0 and 0 from ready to pickup.
    assert figures.ctd_mean == pytest.approx(27.0)
    assert figures.ctd_p90 == pytest.approx(30.0)
    assert (figures.ctd_max, figures.overage_mean, figures.over_max) == (31, 0.0, 0)
    assert figures.rtp_mean == pytest.approx(2 / 3)
    assert figures.ctd_penalised == pytest.approx((26 + 31 + 24 + 90) / 4)
    assert figures.orders_per_bundle == 1.5
    # c1: 10 + 5 + 4 + 2 + 10 minutes under way, 3 drop-offs, 2 pickups; c2: 14 minutes.
    assert figures.utilisation == pytest.approx(((31 + 12 + 8) / 120 + 14 / 60) / 2)
    assert figures.cost_per_order == pytest.approx((30.0 + 15.0) / 3)  # the guarantee of c2


def test_the_bound_is_to_pick_up_when_ready_and_bring_it_straight() -> None:
    assert bound_minutes(INSTANCE, "o1") == 15 + 2 + 5 + 2
    assert figures_of(INSTANCE, SOLUTION).excess_mean == pytest.approx((2 + 5 + 0) / 3)


def test_nothing_delivered_has_no_means() -> None:
    nothing = Solution(assignments=(), deliveries=(), steps={})
    figures = figures_of(INSTANCE, nothing)
    assert (figures.ctd_mean, figures.cost_per_order) == (None, None)
    assert (figures.undelivered_pct, figures.ctd_penalised) == (100.0, 90.0)
    assert breaches_of(INSTANCE, nothing) == []


def test_the_example_breaks_no_rule() -> None:
    assert breaches_of(INSTANCE, SOLUTION) == []


@pytest.mark.parametrize(
    ("rule", "first"),
    [
        ("placement", replace(FIRST, assigned_minute=7)),
        ("assignment", replace(FIRST, assigned_minute=23)),
        ("ready", replace(FIRST, pickup_minute=21)),
        ("one_restaurant", replace(FIRST, orders=("o1", "o3"))),
        ("off_time", replace(FIRST, pickup_minute=121)),
        ("sequence", replace(FIRST, orders=("o2", "o1"))),
        ("once", replace(FIRST, orders=("o1", "o2", "o3"))),
        ("departure", replace(FIRST, pickup_minute=23)),
    ],
)
def test_a_broken_rule_of_a_bundle_is_found(rule: str, first: object) -> None:
    assert rule in rules_broken(replace(SOLUTION, assignments=(first, SECOND)))


@pytest.mark.parametrize(
    ("rule", "position", "step"),
    [
        ("continuity", 0, replace(STEPS[0], origin="r2")),
        ("arrival", 0, replace(STEPS[0], departure_minute=11)),
        ("place", 0, replace(STEPS[0], destination="r2")),
        ("target", 0, replace(STEPS[0], destination="o4")),
        ("departure", 1, replace(STEPS[1], departure_minute=25)),
        ("departure", 2, replace(STEPS[2], departure_minute=34)),
        ("sequence", 2, replace(STEPS[2], destination="r2")),
        ("diversion", 3, replace(STEPS[3], departure_minute=40)),
    ],
)
def test_a_broken_rule_of_a_move_is_found(rule: str, position: int, step: Step) -> None:
    assert rule in rules_broken(changed(**{f"s{position}": step}))


@pytest.mark.parametrize(
    ("rule", "step"),
    [
        ("diversion", Step(departure_minute=-1, origin=START, destination="r1")),
        ("off_time", Step(departure_minute=61, origin=START, destination="r1")),
    ],
)
def test_a_courier_works_only_within_its_shift(rule: str, step: Step) -> None:
    assert rule in rules_broken(replace(SOLUTION, steps={**SOLUTION.steps, "c2": (step,)}))


def test_a_courier_arrives_before_it_goes_on() -> None:
    steps = (
        Step(departure_minute=10, origin=START, destination="r2"),
        Step(departure_minute=20, origin="r2", destination="r1"),
    )
    assert rules_broken(replace(SOLUTION, steps={**SOLUTION.steps, "c2": steps})) == {"diversion"}


def test_a_wrong_time_at_the_door_is_found() -> None:
    first, *others = SOLUTION.deliveries
    wrong = replace(first, dropoff_minute=30)
    assert rules_broken(replace(SOLUTION, deliveries=(wrong, *others))) == {"dropoff"}


def test_a_delivery_without_its_assignment_is_found() -> None:
    assert "once" in rules_broken(replace(SOLUTION, assignments=(FIRST,)))
