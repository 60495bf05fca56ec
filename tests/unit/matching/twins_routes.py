"""Plain twins of tours: routes as lists of places, costs by one stop after the other."""

import itertools
import math

import numpy as np

from matching.ground import BASE_COST, LOAD_ON_BOARD, LOADS_COUNT, OFFER_COST
from matching.tours import JOBS, ROOM, STOPS
from matching.walk import in_time, load_up, start_of_walk, step, way_to


def places_of(tours, courier) -> list[int]:
    """Return the places of a courier's route, without the courier itself."""
    return tours.route[courier, 1 : tours.tally[courier, STOPS] + 1].tolist()


def cost_of(ground, courier, places) -> float:
    """Return the sum of the steps of a route, infinite where one of them must not be."""
    previous, moment, total = -1, start_of_walk(ground, courier), 0.0
    load = np.zeros((2, LOADS_COUNT))
    load[0] = ground.fleet[courier, LOAD_ON_BOARD : LOAD_ON_BOARD + LOADS_COUNT]
    for place in places:
        way_s = way_to(ground, courier, previous, place)
        moment, _, cost = step(ground, previous, place, way_s, moment)
        is_in_time = in_time(ground, courier, place, moment.arrival_s)
        if not is_in_time or not load_up(ground, courier, previous, place, load):
            return math.inf
        load[0] = load[1]
        previous, total = place, total + cost
    return total


def cheapest_cost(ground, tours, courier, job) -> float:
    """Return what the job adds at its cheapest feasible place, infinite where there is none."""
    if tours.tally[courier, JOBS] >= tours.tally[courier, ROOM]:
        return math.inf
    places = places_of(tours, courier)
    pickup = ground.stops_count + job
    dropoff = pickup + ground.jobs_count
    costs = [
        cost_of(ground, courier, [*places[:a], pickup, *places[a:b], dropoff, *places[b:]])
        for a, b in itertools.combinations_with_replacement(range(len(places) + 1), 2)
    ]
    offer_cost = 0.0 if tours.tally[courier, JOBS] > 0 else ground.fleet[courier, OFFER_COST]
    return min(costs) - cost_of(ground, courier, places) + offer_cost


def plan_cost(ground, tours) -> float:
    """Return what all routes add to the committed ones, and what the open jobs cost."""
    total = float(ground.open_cost[tours.owner < 0].sum())
    for courier in range(len(ground.fleet)):
        if tours.tally[courier, JOBS] > 0:  # what is committed may be more than is allowed
            total += cost_of(ground, courier, places_of(tours, courier))
            total += ground.fleet[courier, OFFER_COST] - ground.fleet[courier, BASE_COST]
    return total
