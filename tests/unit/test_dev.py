"""The parts of dev.py that decide."""

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
