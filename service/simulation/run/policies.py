"""A market's policy for a run in which market time is faster than real time.

Phones, networks and computers do not become faster with the people: what a policy allows them
must be as long in real time as ever. What describes people and roads stays as it is.
"""

import msgspec

from service.domain.policy import Policy

ANSWER_TRIP_S = 1.0  # real time that an offer and its answer may spend on the way
READING_S = 15.0  # real time in which a person reads an offer and answers it
# The ranges of the policy's fields end here.
_UNSEEN_S_MAX, _TTL_S_MAX, _GRACE_S_MAX, _TICK_S_MAX, _DAY_S = 600.0, 600.0, 60.0, 300.0, 86_400.0


def stretched(policy: Policy, *, time_scale: float, tick_real_s: float) -> Policy:
    """Return the policy for market time that runs `time_scale` (>= 1) times as fast.

    Args:
        policy: as it is in life.
        time_scale: market seconds per real second.
        tick_real_s: the period of the dispatch loop, real time.
    """

    def longer(duration_s: float, *, s_max: float = _DAY_S) -> float:
        return min(duration_s * time_scale, s_max)

    return msgspec.structs.replace(
        policy,
        tick_s=min(tick_real_s * time_scale, _TICK_S_MAX),
        position_age_s_max=longer(policy.position_age_s_max),
        offer_unseen_s_max=longer(policy.offer_unseen_s_max, s_max=_UNSEEN_S_MAX),
        offer_ttl_s=min(policy.offer_ttl_s + ANSWER_TRIP_S * (time_scale - 1.0), _TTL_S_MAX),
        answer_grace_s=longer(policy.answer_grace_s, s_max=_GRACE_S_MAX),
        arrival_position_age_s_max=longer(policy.arrival_position_age_s_max),
        silent_offline_s=longer(policy.silent_offline_s),
        silent_reassign_s=longer(policy.silent_reassign_s),
    )


def unhurried(policy: Policy, *, time_scale: float) -> Policy:
    """Return the policy with which a person has `READING_S` for an offer, or as near as it may be.

    Simulated couriers answer after seconds of market time, so to them it makes no difference. The
    few who are silent (3 of 100 offers) hold theirs as long as one that a dead phone never shows.
    """
    ttl_s = min(READING_S * time_scale, _TTL_S_MAX)
    return msgspec.structs.replace(policy, offer_ttl_s=max(policy.offer_ttl_s, ttl_s))
