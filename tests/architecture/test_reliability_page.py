"""RELIABILITY.md says what the records say."""

from pathlib import Path

from loadtests.reliability.__main__ import PATH, made
from loadtests.reliability.evidence import KINDS, ROOT, read_promises, read_sabotages


def test_the_page_is_what_the_records_say():
    assert PATH.read_text("utf-8") == made(), "run `python3 dev.py reliability`"


def test_every_promise_names_proofs_that_are_there():
    promises = read_promises()
    assert [promise.id for promise in promises] == [f"P{number}" for number in range(1, 19)]
    for promise in promises:
        assert promise.proofs
        assert set(promise.runs) <= set(KINDS)
        for path in promise.proofs:
            assert (ROOT / path).is_file(), path


def test_no_guard_was_taken_away_unnoticed():
    sabotages = read_sabotages()
    assert len(sabotages) >= 30
    assert [one.name for one in sabotages if not one.by] == []
    for one in sabotages:
        assert Path(ROOT / one.path).is_file(), one.path
