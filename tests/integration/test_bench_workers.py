"""The bench with workers: processes of their own."""

from pathlib import Path

from service.simulation.mdrp.bench import Task, means_of, replay_all
from service.simulation.virtual.policy import params_of
from service.simulation.virtual.world import Rules
from tests.unit.simulation.mdrp.examples import write_instance


def test_workers_find_what_one_finds(tmp_path: Path) -> None:
    rules = Rules(params=params_of(tick_s=60.0), live_orders_max=8)
    tasks = [Task(write_instance(tmp_path / name), rules, None) for name in ("one", "two")]
    alone, together = (list(replay_all(tasks, workers_count=count)) for count in (1, 2))
    assert [result.instance for result in together] == ["one", "two"]
    assert [result.figures for result in together] == [result.figures for result in alone]
    assert means_of(together)["ctd_mean"] == alone[0].figures.ctd_mean
