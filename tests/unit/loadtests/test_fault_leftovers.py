"""What a fault has left behind is told from what has only moved."""

from types import SimpleNamespace

from loadtests.faults.checks.leftovers import FILES_COUNT_MAX, violations
from loadtests.faults.proof import OpenFiles


def proof_of(**counts_of):
    files = [
        OpenFiles(process=name.replace("_", "-"), before_count=before, after_count=after)
        for name, (before, after) in counts_of.items()
    ]
    return SimpleNamespace(files=files, rows=SimpleNamespace(sessions=[]))


def test_sockets_that_moved_to_the_other_api_are_not_left_over():
    assert list(violations(proof_of(api=(110, 20), api_2=(21, 104)))) == []


def test_files_that_nobody_closes_are():
    grown = 40 + FILES_COUNT_MAX + 1
    (said,) = violations(proof_of(relay=(40, grown), relay_2=(30, 30), api=(50, 50)))
    assert said == f"relay has {grown + 30} files open, 70 before"
