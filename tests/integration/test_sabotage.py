"""A guard that is gone from a copy of the tree is missed there, and nowhere else."""

import msgspec

from tests.sabotage.listed import SABOTAGES
from tests.sabotage.trial import ROOT, copied_tree, try_out, without_guard

EXPIRY = next(sabotage for sabotage in SABOTAGES if sabotage.name == "expiry")


def test_what_is_missed_is_told_by_its_test_and_only_while_it_is_gone():
    with copied_tree() as tree:
        with without_guard(tree, EXPIRY):
            trial = try_out(tree, EXPIRY.tests, stops_at_once=True)
        assert trial.failed == (
            "tests/unit/domain/test_offer.py::test_the_last_instant_is_too_late",
        )
        assert not trial.is_green
        assert (tree / EXPIRY.path).read_bytes() == (ROOT / EXPIRY.path).read_bytes()
        harmless = msgspec.structs.replace(EXPIRY, new=f"{EXPIRY.old}        # in time\n")
        with without_guard(tree, harmless):
            trial = try_out(tree, EXPIRY.tests, stops_at_once=True)
        assert trial.is_green
        assert trial.failed == ()
        broken = msgspec.structs.replace(EXPIRY, new="    if (\n")
        with without_guard(tree, broken):
            trial = try_out(tree, EXPIRY.tests, stops_at_once=True)
        assert not trial.is_green
        assert trial.failed == ()  # nothing ran: that is not to be caught
    assert not tree.exists()
