"""The record of how well cheats are told from honest phones is true."""

from pathlib import Path

import msgspec

from loadtests.spoofing import __main__ as command
from loadtests.spoofing.rates import Rates, measure

ROOT = Path(__file__).parents[3]
RECORD = ROOT / "loadtests" / "spoofing" / "results" / "rates.json"


def recorded():
    return msgspec.json.decode(RECORD.read_bytes(), type=list[Rates])


def test_the_record_is_what_the_rules_make_of_the_seed():
    small, _ = recorded()
    assert small == measure(seed=command.SEED, tracks_count=command.TRACKS_COUNTS[0])


def test_most_cheats_are_noticed_and_hardly_anybody_by_mistake():
    for rates in recorded():
        assert rates.hit_share >= 0.75
        assert rates.false_alarm_share <= 0.001


def test_the_page_on_security_quotes_the_record():
    page = (ROOT / "SECURITY.md").read_text("utf-8")
    small, large = recorded()
    hits_count = sum(one.noticed_count for one in small.cheats.values())
    assert f"Of 30 synthetic cheats {hits_count} are" in page
    alarms_count = sum(one.noticed_count for one in large.honest.values())
    words = ("none", "one", "two", "three")[alarms_count]
    assert f"of 3,000 of either, {100 * large.hit_share:.0f} % and {words}." in page
