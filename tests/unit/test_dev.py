"""The parts of dev.py that decide."""

import os
from pathlib import Path

import dev


def test_a_migration_gets_the_number_after_the_highest(tmp_path) -> None:
    assert dev.next_number(tmp_path) == 1
    for name in ("0001_a.sql", "0009_b.sql", "0010_c.sql.orig", "notes.sql"):
        (tmp_path / name).touch()
    assert dev.next_number(tmp_path) == 10


def test_every_task_is_in_the_table_under_its_own_name() -> None:
    table = dev.table()
    for name, task in dev.TASKS.items():
        assert task.usage.split()[0] == name
        assert f"{task.usage} " in table


def step_of(folder: Path, name: str, text: str) -> dev.Step:
    """Return a step that runs one file of tests, apart from ours."""
    path = folder / f"test_{name}.py"
    path.write_text(text)
    apart = ("-c", os.devnull, "--rootdir", str(folder), "-o", f"cache_dir={folder / name}")
    return dev.Step(name, ("pytest", "-q", *apart, str(path)))


def test_tests_that_fail_are_run_again_and_only_those_that_fail_twice_hold_up(
    tmp_path, monkeypatch
) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    seen = tmp_path / "seen"
    unsteady = f"""
import pathlib
seen = pathlib.Path({str(seen)!r})
def test_steady():
    seen.write_text(seen.read_text() + "steady " if seen.exists() else "steady ")
def test_unsteady():
    told = seen.read_text()
    seen.write_text(told + "unsteady ")
    assert "unsteady" in told
"""
    assert dev.run_step(step_of(tmp_path, "ok", "def test(): pass")) == "ok"
    assert "NOT AT ONCE" in dev.run_step(step_of(tmp_path, "unsteady", unsteady))
    assert seen.read_text().split() == ["steady", "unsteady", "unsteady"]
    assert dev.run_step(step_of(tmp_path, "bad", "def test(): assert False")) == "FAILED"
    assert dev.run_step(step_of(tmp_path, "broken", "syntax error")) == "FAILED"
