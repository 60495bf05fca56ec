"""Policies and backtests from the shell, on a database with a market."""

import json
from functools import partial
from io import StringIO

import msgspec
import pytest
from rich.console import Console

from service.actions.change_policy import change_policy
from service.commands.backtest import show
from service.dispatch.backtest import Comparison, changes_between, figures_of
from service.dispatch.backtest_run import BacktestReport
from service.domain.policy import Policy
from tests.unit.domain.makers import NOW


@pytest.fixture
def policy_file(tmp_path):
    def write(text):
        path = tmp_path / "policy.json"
        path.write_text(text)
        return str(path)

    return write


async def test_a_policy_is_set_shown_and_listed(market, hexhaul, apart, policy_file):
    path = policy_file('{"offer_ttl_s": 45, "bundle_jobs_count_max": 1}')
    done = await apart(hexhaul, "market", "policy", "set", market, path, "--version", "1")
    assert done.output == "vienna follows version 2\n"
    shown = json.loads((await apart(hexhaul, "market", "policy", "show", market)).output)
    assert (shown["version"], shown["actor"]) == (2, "ops")
    policy = msgspec.convert(shown["parameters"], Policy)
    assert (policy.offer_ttl_s, policy.bundle_jobs_count_max) == (45.0, 1)
    listed = await apart(hexhaul, "market", "policy", "versions", market)
    assert [line.split("\t")[0] for line in listed.output.splitlines()] == ["2", "1"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "policy.json"),
        ("[]", "policy.json"),
        ('{"offer_ttl": 45}', "offer_ttl"),
        ('{"offer_ttl_s": 1}', "offer_ttl_s"),
    ],
)
async def test_a_file_that_cannot_be_followed_is_refused(
    market, hexhaul, apart, policy_file, text, says
):
    refused = await apart(hexhaul, "market", "policy", "set", market, policy_file(text))
    assert refused.exit_code == 1
    assert says in refused.output
    assert "Traceback" not in refused.output


async def test_a_version_that_is_out_of_date_is_refused(
    runtime, market, hexhaul, apart, policy_file
):
    change = partial(change_policy, runtime, market_id=market, operator_id=None)
    await change(policy=Policy(tick_s=2.0), based_on_version=1)
    path = policy_file('{"tick_s": 3}')
    refused = await apart(hexhaul, "market", "policy", "set", market, path, "--version", "1")
    assert (refused.exit_code, "version 2" in refused.output) == (1, True)
    unknown = await apart(hexhaul, "market", "policy", "show", "graz")
    assert (unknown.exit_code, "no market graz" in unknown.output) == (1, True)


async def test_a_backtest_needs_recorded_ticks_and_instants(market, hexhaul, apart, policy_file):
    words = ["backtest", "--policy", policy_file("{}"), "--to", "2027-01-01"]
    refused = await apart(hexhaul, *words, "--from", "2026-01-01T00:00+02:00")
    assert (refused.exit_code, "no recorded ticks" in refused.output) == (1, True)
    refused = await apart(hexhaul, *words, "--from", "yesterday")
    assert (refused.exit_code, "not an instant" in refused.output) == (2, True)


def test_a_report_says_what_it_does_not_say():
    figures = figures_of([], {})
    report = BacktestReport(
        market_id="vienna",
        from_at=NOW,
        to_at=NOW,
        policy_changes={},
        how="the world does not go on",
        unreadable_count=1,
        coarse_count=4,
        is_cut=True,
        comparison=Comparison(
            ticks_count=3,
            as_recorded_count=2,
            before=figures,
            after=figures,
            changes=changes_between({}, {}),
        ),
    )
    text = StringIO()
    show(report, Console(file=text, width=200))
    for words in ("the world does not go on", "2 of them", "could not be read", "--ticks-max"):
        assert words in text.getvalue()
    assert "Of 4 ticks only the cells" in text.getvalue()
