"""A policy is changed by name, and only to something that can be followed."""

import pytest
from msgspec.structs import replace

from service.domain.errors import InvalidParamsError
from service.domain.policy import Policy, check_policy, differences, with_changes


def test_what_is_named_changes_and_all_else_stays():
    before = Policy(detour_factor=1.5)
    after = with_changes(before, {"bundle_jobs_count_max": 1, "tick_s": 2})
    assert after == replace(before, bundle_jobs_count_max=1, tick_s=2.0)
    assert differences(before, after) == ("tick_s", "bundle_jobs_count_max")
    assert differences(before, before) == ()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"bundle_jobs_max": 1}, "bundle_jobs_max"),
        ({"offer_ttl_s": "long"}, "offer_ttl_s"),
        ({"offer_ttl_s": 1_000_000}, "offer_ttl_s"),
        ({"search_radius_m_min": 9_000.0}, "radius"),
        ({"detour_weight": 2.0, "pickup_wait_weight": 1.9}, "detour_weight is above"),
        ({"age_weight": -0.1}, "age_weight"),
    ],
)
def test_a_refusal_says_which_parameter_it_is_about(changes, says):
    with pytest.raises(InvalidParamsError, match=says):
        with_changes(Policy(), changes)


def test_the_default_policy_can_be_followed():
    check_policy(Policy())
