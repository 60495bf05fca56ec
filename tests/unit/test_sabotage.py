"""Every guard that the sabotages take away still stands where they look for it."""

import ast
from pathlib import Path

import pytest

from tests.sabotage import results
from tests.sabotage.listed import SABOTAGES
from tests.sabotage.sabotage import Sabotage, SabotageError, sabotaged

ROOT = Path(__file__).parents[2]
COUNT_MIN = 30

each_sabotage = pytest.mark.parametrize("sabotage", SABOTAGES, ids=lambda one: one.name)


def test_there_are_enough_and_no_name_twice():
    assert len({sabotage.name for sabotage in SABOTAGES}) == len(SABOTAGES) >= COUNT_MIN


@each_sabotage
def test_the_guard_stands_there_once(sabotage):
    text = (ROOT / sabotage.path).read_text("utf-8")
    without = sabotaged(text, sabotage)
    assert without != text
    if sabotage.path.endswith(".py"):
        ast.parse(without)


@each_sabotage
def test_the_tests_that_miss_it_are_there(sabotage):
    for test in sabotage.tests:
        path, _, name = test.partition("::")
        text = (ROOT / path).read_text("utf-8")
        assert f"def {name or 'test_'}" in text, test


@pytest.mark.parametrize("text", ["", "guard, guard"])
def test_a_guard_that_is_not_there_once_is_told(text):
    sabotage = Sabotage(name="a", guard="b", path="c.py", old="guard", new="", tests=())
    with pytest.raises(SabotageError, match=r"c\.py"):
        sabotaged(text, sabotage)


def test_each_was_caught_as_the_record_says():
    caught = {one.name: one for one in results.read()}
    assert caught.keys() == {sabotage.name for sabotage in SABOTAGES}
    for sabotage in SABOTAGES:
        one = caught[sabotage.name]
        assert (one.guard, one.path) == (sabotage.guard, sabotage.path)
        assert one.by
        assert all(test.partition("::")[0] in "".join(sabotage.tests) for test in one.by)
