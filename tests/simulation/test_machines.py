"""After any sequence of commands the marketplace is as the oracle says, whoever draws them."""

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)

from service.domain import work as works_domain
from tests.simulation.play import STEPS_COUNT, Play, draw_deck


class Drawn:
    """What hypothesis decides, which makes short what fails."""

    def __init__(self, data):
        self._draw = data.draw

    def one_of(self, items):
        return self._draw(st.sampled_from(items))

    def one_that(self, items, holds):
        held = {item for item in {*items} if holds(item)}
        return self.one_of([item for item in items if item in held])

    def whole(self, low, high):
        return self._draw(st.integers(low, high))

    def some_of(self, items, at_most):
        drawn = st.lists(st.sampled_from(items), min_size=1, max_size=at_most, unique=True)
        return self._draw(drawn)


class Machine(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.played = Play()

    @initialize(data=st.data())
    def begin(self, data):
        self.deck = draw_deck(Drawn(data))

    @rule(data=st.data())
    def go_on(self, data):
        self.played.go_on(self.deck, Drawn(data))


TestMarketplace = Machine.TestCase
TestMarketplace.settings = settings(
    stateful_step_count=STEPS_COUNT,
    deadline=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate, Phase.shrink),  # to explain as well takes minutes
)


def test_a_rule_that_is_broken_is_found_by_hypothesis_as_well(monkeypatch):
    monkeypatch.setattr(works_domain, "PICKUP_ATTEMPTS_COUNT_MAX", 1)
    asked = settings(TestMarketplace.settings, phases=(Phase.generate,), database=None)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(Machine, settings=asked)
