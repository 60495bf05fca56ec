"""The policy and the engine's parameters: one number each, written once."""

import msgspec
from msgspec.structs import replace

from matching.params import Params
from service.dispatch.params import params_of
from service.domain.policy import Policy

# What only the loop knows, and what a market's couriers may have in hand: 3 jobs by our vocabulary.
OF_THE_POLICY = {"tick_s", "offer_s", "bundle_jobs_max"}
# as policies were stored before the engine's weights were parameters
OLD = {"tick_s": 2.0, "courier_second_weight": 0.3, "lateness_weight": 5.0, "lateness_s_max": 0.0}


def differing(a: Params, b: Params) -> set[str]:
    return {name for name in Params._fields if getattr(a, name) != getattr(b, name)}


def test_the_default_policy_is_the_engines_own() -> None:
    assert differing(params_of(Policy(), tick_s=Params().tick_s), Params()) <= OF_THE_POLICY


def test_every_parameter_of_the_engine_that_a_policy_has_is_passed_on() -> None:
    named = {name for name in Policy.__struct_fields__ if name in Params._fields}
    assert {"age_weight", "detour_weight", "open_job_s", "reposition_s_max"} <= named
    for name in named - OF_THE_POLICY:
        changed = replace(Policy(), **{name: getattr(Policy(), name) + 1.0})
        assert differing(params_of(changed, tick_s=1.0), params_of(Policy(), tick_s=1.0)) == {name}


def test_a_policy_stored_before_has_the_engines_weights() -> None:
    old = msgspec.convert(OLD, Policy)
    assert (old.courier_second_weight, old.lateness_weight) == (0.3, 5.0)
    assert params_of(old, tick_s=1.0).pickup_wait_weight == Params().pickup_wait_weight
    assert old.gives_hints
