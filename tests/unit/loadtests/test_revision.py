"""Which code a record is of: its own writing does not make that uncertain, a changed line does."""

import subprocess

import pytest

from loadtests.live.record import revision


@pytest.fixture
def clone(tmp_path):
    """A clone with some code, a record, and the report on it."""
    (tmp_path / "races" / "results").mkdir(parents=True)
    for name in ("races/race.py", "races/results/races-1.json", "RELIABILITY.md"):
        (tmp_path / name).write_text("before\n", "utf-8")
    person = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com")
    for words in (("init", "-q"), ("add", "."), (*person, "commit", "-qm", "All of it")):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    return tmp_path


def test_a_clone_without_changes_is_of_its_commit(clone):
    head = subprocess.check_output(["git", "rev-parse", "HEAD"], cwd=clone, text=True)
    assert revision(clone / "races") == head[:12]


def test_records_and_the_report_on_them_do_not_count_as_changes(clone):
    before = revision(clone / "races")
    for name in ("races/results/races-1.json", "RELIABILITY.md", "races/results/races-2.json"):
        (clone / name).write_text("after\n", "utf-8")
    assert revision(clone / "races") == before


def test_a_changed_line_of_code_is_told(clone):
    before = revision(clone / "races")
    (clone / "races" / "race.py").write_text("after\n", "utf-8")
    assert revision(clone / "races") == f"{before}-dirty"


def test_without_git_it_is_not_known(tmp_path):
    assert revision(tmp_path) == "unknown"
