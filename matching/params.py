"""The policy of a market, as numbers: what the engine may do, and what each thing is worth.

Every cost is counted in seconds of one parcel's waiting: a weight says how many of those one
second of the other thing is worth.
"""

from typing import NamedTuple


class Params(NamedTuple):
    """Limits, weights and windows of one market; defaults are a start, not a tuning."""

    tick_s: float = 10.0  # period of the loop: the next chance to decide
    offer_s: float = 30.0  # how long an answer may take; commitment looks that much further ahead
    lookahead_s: float = 2_700.0  # a job ready later than this is not looked at yet

    position_age_s_max: float = 30.0  # an older position is not believed
    inbound_s_max: float = 1_800.0  # longest ride to a pickup from the nearest point of the route
    busy_window_m: float = 3_000.0  # how near the route of a busy courier must pass a pickup
    candidates_per_job_max: int = 24  # cheapest couriers kept per job
    bids_per_job_max: int = 2_000  # in the auction; on average
    lateness_s_max: float = 0.0  # how late a new job may be delivered; committed jobs: never later

    bundle_jobs_max: int = 4  # 1 to 4; 1 turns bundling off
    bundle_pickup_m_max: float = 800.0  # straight line between pickups that may share a bundle
    bundle_neighbours_max: int = 12  # jobs tried as partners, per job
    bundle_candidates_max: int = 16  # couriers costed per bundle
    bundle_moves_per_job_max: int = 40  # tried to pack bundles better
    bundle_saving_s_min: float = 30.0  # a bundle that saves less than this is not worth its risk

    replan_rounds_max: int = 2_000  # of ruin and recreate in a tick; 0 turns it off
    replan_rounds_per_job: int = 40
    replan_rounds_per_chunk: int = 250  # between looks at the clock
    replan_heat: float = 60.0  # how much worse a route may get on the way, at first
    replan_heat_end: float = 1.0  # and at last
    replan_candidates_max: int = 12  # couriers tried per job, beside those of its neighbours
    replan_jobs_per_courier_max: int = 6  # one leg after the other
    replan_jobs_max: int = 2_000  # with more, the tick keeps its matching
    replan_fleet_max: int = 20_000

    pickup_wait_weight: float = 1.0  # per second a parcel waits at the pickup once ready
    inbound_weight: float = 0.1  # per second of travel to the first pickup
    courier_time_weight: float = 0.1  # per second of a courier's time when supply equals demand
    pressure_max: float = 4.0  # bound on jobs per courier, which multiplies a courier's time
    lateness_weight: float = 3.0  # per second after the due time
    detour_weight: float = 1.0  # per second that a parcel rides longer; not above the wait's
    fairness_weight_s: float = 0.0  # per share of pay an hour above the mean; 0 turns it off
    age_weight: float = 0.5  # credit per second that a job is open: older jobs first
    open_job_s: float = 3_600.0  # price of leaving one job open for this tick

    reposition_horizon_s: float = 3_600.0  # jobs expected within it are waited for
    reposition_s_max: float = 2_700.0  # longest ride to wait somewhere
    reposition_slot_s: float = 3_600.0  # price of a place where a job comes and nobody waits
    reposition_s_min: float = 60.0  # a shorter ride is not worth it
    reposition_chance_min: float = 0.05  # of the job that a courier would wait for
    reposition_slots_per_place_max: int = 3
    reposition_couriers_max: int = 2_000  # who get hints in one tick; 0 turns them off

    reason_jobs_max: int = 2_000  # explained in one tick, those in bundles first
    reason_pairs_per_job_max: int = 24  # pairs explained one by one, soonest first
