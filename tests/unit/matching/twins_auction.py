"""What single jobs cost every courier, and the cheapest matching of them, by trying everything."""

import math

import numpy as np
from scipy.optimize import linear_sum_assignment

from matching.costs import acceptance_cost, fairness_cost
from matching.ground import survey
from matching.walk import settle
from tests.unit.matching import twins


def settled(snapshot, params):
    """Return the ground with the committed routes walked."""
    ground = survey(snapshot, params)
    settle(ground)
    return ground


def cost_of(snapshot, params, courier, job) -> float:
    """Return what the job costs the courier, inf where a filter or its route forbids it."""
    if twins.reach_m(snapshot, courier, job) > snapshot.job_radius_m[job]:
        return math.inf
    if twins.removed_by(snapshot, params, courier, job) is not None:
        return math.inf
    found = twins.best(snapshot, params, courier, [job])
    if found is None:
        return math.inf
    offer_cost = acceptance_cost(snapshot, params) + fairness_cost(snapshot, params)
    return sum(found.terms) + offer_cost[courier]


def costs_of(snapshot, params) -> np.ndarray:
    """Return the (J, C) costs, inf for pairs that are not admitted."""
    couriers, jobs = range(len(snapshot.courier_deg)), range(len(snapshot.ready_s))
    return np.array([[cost_of(snapshot, params, c, j) for c in couriers] for j in jobs])


def least_total(cost: np.ndarray, open_cost: np.ndarray) -> float:
    """Return the cost of the cheapest matching, where a job may stay open at a price."""
    own = np.where(np.eye(len(cost), dtype=bool), open_cost[:, None], 1e12)
    table = np.concatenate((np.minimum(cost, 1e12), own), axis=1)
    rows, columns = linear_sum_assignment(table)
    return float(table[rows, columns].sum())
