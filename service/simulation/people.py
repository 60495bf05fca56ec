"""The simulated couriers of a city: who they are, when they work, and what their phones do."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from service.domain.load import VEHICLE_CAPACITY, Load
from service.domain.policy import SPEED_MPS
from service.domain.vocabulary import Requirement, Vehicle
from service.simulation.behaviour import Temper, draw_temper
from service.simulation.city.city import City
from service.simulation.city.names import person_name
from service.simulation.city.places import Category, Place

_VEHICLE_SHARES: Mapping[Vehicle, float] = {
    Vehicle.FOOT: 0.08,
    Vehicle.BIKE: 0.45,
    Vehicle.SCOOTER: 0.30,
    Vehicle.CAR: 0.17,
}
_ABILITY_SHARES: Mapping[Requirement, float] = {
    Requirement.FRAGILE: 0.9,
    Requirement.UPRIGHT: 0.8,
    Requirement.COLD_BAG: 0.6,
    Requirement.AGE_RESTRICTED: 0.75,
    Requirement.TWO_PERSON: 0.0,  # everybody here works alone
}
_SPEED_SPREAD = 0.08  # relative, cut at twice that
_SHIFT_S = (2.0 * 3_600.0, 6.0 * 3_600.0)
_GPS_NOISE_M = (3.0, 9.0)
_DEAD_PHONE_S = (30.0, 120.0)
_DEATHS_PER_HOUR = 0.1
_STOP_S = (20.0, 90.0)


class Span(NamedTuple):
    """A time from a start up to, and without, its end; seconds from the run's start."""

    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Courier:
    """One simulated courier. Everything is drawn up front, but the answers and the stops."""

    index: int
    seed: tuple[int, ...]  # of the courier's own random numbers
    name: str
    vehicle: Vehicle
    speed_mps: float
    capacity: Load
    abilities: tuple[Requirement, ...]
    home: Place
    shift: Span
    temper: Temper
    gps_noise_m: float  # standard deviation per axis
    dead_phone_spans: tuple[Span, ...]  # by time, apart from each other

    def own_rng(self) -> np.random.Generator:
        """Return the courier's random numbers from their beginning, for its answers and stops."""
        return np.random.default_rng(self.seed)

    def phone_is_dead(self, time_s: float) -> bool:
        """Return whether the phone sends and hears nothing at a time."""
        return any(span.start_s <= time_s < span.end_s for span in self.dead_phone_spans)


def draw_couriers(
    city: City, *, couriers_count: int, duration_s: float, seed: int
) -> tuple[Courier, ...]:
    """Return couriers for a run; a courier's row alone decides about it, not their number.

    Their shifts began, or will begin, at any time, so that about as many are on at every moment
    of the run.
    """
    homes = [place for place in city.doors if place.category is Category.HOME]
    return tuple(
        _draw_courier(index, homes, duration_s, (city.seed, seed, index))
        for index in range(couriers_count)
    )


def stop_duration_s(rng: np.random.Generator) -> float:
    """Return how long a courier takes at a stop once there: 20 to 90 s."""
    return float(rng.uniform(*_STOP_S))


def _draw_courier(
    index: int, homes: list[Place], duration_s: float, seed: tuple[int, ...]
) -> Courier:
    traits = np.random.default_rng((*seed, 0))
    vehicles, shares = list(_VEHICLE_SHARES), list(_VEHICLE_SHARES.values())
    vehicle = vehicles[int(traits.choice(len(vehicles), p=shares))]
    pace = 1.0 + _SPEED_SPREAD * float(np.clip(traits.normal(), -2.0, 2.0))
    shift = _draw_shift(duration_s, traits)
    return Courier(
        index=index,
        seed=(*seed, 1),
        name=person_name(traits),
        vehicle=vehicle,
        speed_mps=SPEED_MPS[vehicle] * pace,
        capacity=VEHICLE_CAPACITY[vehicle],
        abilities=tuple(a for a, share in _ABILITY_SHARES.items() if traits.random() < share),
        home=homes[int(traits.integers(len(homes)))],
        shift=shift,
        temper=draw_temper(traits),
        gps_noise_m=float(traits.uniform(*_GPS_NOISE_M)),
        dead_phone_spans=_draw_dead_phone_spans(shift, traits),
    )


def _draw_shift(duration_s: float, rng: np.random.Generator) -> Span:
    length_s = float(rng.uniform(*_SHIFT_S))
    start_s = float(rng.uniform(-length_s, duration_s))
    return Span(max(start_s, 0.0), start_s + length_s)


def _draw_dead_phone_spans(shift: Span, rng: np.random.Generator) -> tuple[Span, ...]:
    spans: list[Span] = []
    dies_s = shift.start_s + rng.exponential(3_600.0 / _DEATHS_PER_HOUR)
    while dies_s < shift.end_s:
        wakes_s = dies_s + rng.uniform(*_DEAD_PHONE_S)
        spans.append(Span(float(dies_s), float(wakes_s)))
        dies_s = wakes_s + rng.exponential(3_600.0 / _DEATHS_PER_HOUR)
    return tuple(spans)
