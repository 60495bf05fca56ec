"""Whole days through the engine: no rule is broken, and other judges see the same figures."""

import json
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from service.commands.bench import bench
from service.simulation.mdrp.bench import Task, replay
from service.simulation.mdrp.breaches import breaches_of
from service.simulation.mdrp.instance import Instance, MealOrder, Shift
from service.simulation.mdrp.mapping import day_of
from service.simulation.mdrp.solution import solution_of
from service.simulation.virtual.policy import params_of
from service.simulation.virtual.world import Rules, play
from tests.unit.simulation.mdrp.examples import CONSTANTS, write_instance

SHARED = Path(__file__).parents[5] / "shared"
JUDGE, REAL = SHARED / "tools" / "mdrp_check.py", SHARED / "data" / "mdrplib" / "6o50t100s1p100"
RULES = Rules(params=params_of(tick_s=60.0), live_orders_max=8, shift_known_s=600.0)
coordinates = st.integers(0, 12).map(lambda step: step * 150.0)


@st.composite
def instances(draw: st.DrawFn) -> Instance:
    restaurants = {f"r{row}": (draw(coordinates), draw(coordinates)) for row in range(3)}
    orders = dict[str, MealOrder]()
    for row in range(draw(st.integers(1, 8))):
        placed = draw(st.integers(0, 30))
        orders[f"o{row}"] = MealOrder(
            id=f"o{row}",
            x_m=draw(coordinates),
            y_m=draw(coordinates),
            placed_minute=placed,
            restaurant=draw(st.sampled_from(tuple(restaurants))),
            ready_minute=placed + draw(st.integers(0, 20)),
        )
    shifts = dict[str, Shift]()
    for row in range(draw(st.integers(1, 3))):
        on = draw(st.integers(0, 20))
        shifts[f"c{row}"] = Shift(
            id=f"c{row}",
            x_m=draw(coordinates),
            y_m=draw(coordinates),
            on_minute=on,
            off_minute=on + draw(st.integers(1, 60)),
        )
    return Instance(
        name="any", restaurants=restaurants, orders=orders, shifts=shifts, constants=CONSTANTS
    )


@settings(max_examples=40, deadline=None)
@given(instance=instances(), acceptance_share_min=st.sampled_from((1.0, 0.2)))
def test_no_rule_is_ever_broken(instance: Instance, acceptance_share_min: float) -> None:
    mapped = day_of(instance)
    journal = play(mapped.day, replace(RULES, acceptance_share_min=acceptance_share_min)).journal
    assert breaches_of(instance, solution_of(mapped, journal)) == []


def test_the_example_is_delivered_but_for_what_is_ready_too_late(tmp_path: Path) -> None:
    result = replay(Task(write_instance(tmp_path / "example"), RULES, tmp_path / "solutions"))
    assert (result.instance, result.figures.delivered, result.breaches) == ("example", 3, [])
    assert len(list((tmp_path / "solutions" / "example").iterdir())) == 3


def test_the_command_tells_and_keeps_the_figures(tmp_path: Path) -> None:
    folder, record_path = str(write_instance(tmp_path / "example")), tmp_path / "record.json"
    arguments = ["mdrp", folder, "--json", str(record_path), "--set", "bundle_jobs_max=1"]
    ran = CliRunner().invoke(bench, arguments)
    assert ran.exit_code == 0
    assert "undelivered % 25.00" in ran.output
    record = json.loads(record_path.read_text("utf-8"))
    assert record["setting"]["params"]["bundle_jobs_max"] == 1
    assert record["instances"][0]["figures"]["delivered"] == 3


@pytest.mark.parametrize(
    ("change", "message"),
    [("speed=9", "not a parameter"), ("bundle_jobs_max=many", "invalid literal")],
)
def test_a_misspelt_parameter_is_refused(tmp_path: Path, change: str, message: str) -> None:
    folder = str(write_instance(tmp_path))
    ran = CliRunner().invoke(bench, ["mdrp", folder, "--set", change])
    assert ran.exit_code == 1
    assert message in ran.output


@pytest.mark.skipif(
    not (JUDGE.is_file() and REAL.is_dir()), reason="the judge and the data lie beside us"
)
def test_the_judge_of_the_format_sees_the_same(tmp_path: Path) -> None:
    folder = morning_of(REAL, tmp_path / "instances" / "morning", orders_count=120)
    result = replay(Task(folder, RULES, tmp_path / "solutions"))
    command = [sys.executable, str(JUDGE), "--json", "--root"]
    paths = [str(tmp_path / "instances"), str(tmp_path / "solutions")]
    judged = subprocess.run([*command, *paths], capture_output=True, check=True)
    (verdict,) = json.loads(judged.stdout)[0]["results"]
    assert verdict["violations"] == []
    assert result.breaches == []
    assert asdict(result.figures) == pytest.approx(verdict["figures"])


def morning_of(source: Path, folder: Path, *, orders_count: int) -> Path:
    """Write an instance with the first orders of another and return its folder."""
    folder.mkdir(parents=True)
    for path in source.glob("*.txt"):
        header, *lines = path.read_text("utf-8").splitlines()
        if path.name == "orders.txt":
            lines = sorted(lines, key=lambda line: int(line.split("\t")[3]))[:orders_count]
        (folder / path.name).write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return folder
