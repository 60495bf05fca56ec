"""The policy of a market as the engine's parameters."""

from matching.params import Params
from service.domain.policy import Policy


def params_of(policy: Policy, *, tick_s: float) -> Params:
    """Return the parameters; `tick_s` is how long the next tick is away, in market seconds."""
    return Params(
        tick_s=tick_s,
        offer_s=policy.offer_ttl_s + policy.answer_grace_s,
        lookahead_s=policy.lookahead_s,
        position_age_s_max=policy.position_age_s_max,
        bundle_jobs_max=policy.bundle_jobs_count_max,
        bundle_pickup_m_max=policy.bundle_pickup_m_max,
        bundle_saving_s_min=policy.bundle_saving_s_min,
        pickup_wait_weight=policy.pickup_wait_weight,
        inbound_weight=policy.inbound_weight,
        courier_time_weight=policy.courier_second_weight,
        detour_weight=policy.detour_weight,
        lateness_weight=policy.lateness_weight,
        lateness_s_max=policy.lateness_s_max,
        age_weight=policy.age_weight,
        fairness_weight_s=policy.fairness_weight_s,
        open_job_s=policy.open_job_s,
        reposition_horizon_s=policy.reposition_horizon_s,
        reposition_s_max=policy.reposition_s_max,
    )
