"""The policy of a market as the engine's parameters."""

from matching.params import Params
from service.domain.policy import Policy


def params_of(policy: Policy, *, tick_s: float) -> Params:
    """Return the parameters; `tick_s` is how long the next tick is away, in market seconds."""
    return Params(
        tick_s=tick_s,
        offer_s=policy.offer_ttl_s + policy.answer_grace_s,
        position_age_s_max=policy.position_age_s_max,
        bundle_jobs_max=policy.bundle_jobs_count_max,
        bundle_pickup_m_max=policy.bundle_pickup_m_max,
        courier_time_weight=policy.courier_second_weight,
        lateness_weight=policy.lateness_weight,
        lateness_s_max=policy.lateness_s_max,
    )
