"""Two runs side by side."""

import json
from dataclasses import fields
from io import StringIO

from rich.console import Console

from service.simulation.comparison import comparison_dict, comparison_table
from service.simulation.metrics import FinishedJob, Metrics, measure

SERVED = measure(
    [FinishedJob(placed_s=0.0, ready_s=60.0, picked_up_s=90.0, delivered_s=750.0, offers_count=1)],
    courier_hours=0.5,
)
UNSERVED = measure([FinishedJob(placed_s=0.0, ready_s=0.0)], courier_hours=0.5)
RUNS = {"hexhaul": SERVED, "nearest idle": UNSERVED}


def rendered() -> list[str]:
    console = Console(file=StringIO(), width=120)
    console.print(comparison_table(RUNS, title="Pereira"))
    return console.file.getvalue().splitlines()


def row_of(label: str) -> list[str]:
    (line,) = (line for line in rendered() if f" {label} " in line)
    return [cell.strip() for cell in line.strip("│").split("│")]


def test_the_table_has_a_column_per_run_and_a_dash_for_the_unknown() -> None:
    assert "hexhaul" in "".join(rendered())
    assert row_of("click to door, mean, min") == ["click to door, mean, min", "12.50", "-"]
    assert row_of("undelivered, %") == ["undelivered, %", "0.00", "100.00"]


def test_the_table_leaves_no_metric_out() -> None:
    assert comparison_table(RUNS, title="Pereira").row_count == len(fields(Metrics))


def test_the_dict_survives_json() -> None:
    again = json.loads(json.dumps(comparison_dict(RUNS)))
    assert list(again) == ["hexhaul", "nearest idle"]
    assert again["hexhaul"]["click_to_door_mean_minutes"] == 12.5
    assert again["nearest idle"]["click_to_door_mean_minutes"] is None
    assert set(again["hexhaul"]) == {field.name for field in fields(Metrics)}
