"""A seeded stream of the orders that a city's people place with its merchants."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from service.simulation.city.city import City
from service.simulation.city.hours import HOURS_COUNT, office_share, pickup_weights
from service.simulation.city.names import person_name
from service.simulation.city.places import PICKUP_CATEGORIES, Category, Place
from service.simulation.geometry import degrees_of, distances_m
from service.simulation.parcels import Parcel, draw_parcel

_HOUR_S = 3_600.0
_NEIGHBOURHOOD_M = 2_000.0  # demand falls by e over this distance from the merchant
_POPULARITY_SPREAD = 0.8  # sigma of the logarithm: a few merchants sell much, most little
_READY_NOW_SHARE = 0.85  # of orders that need no kitchen
_PACKING_S_MAX = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandSettings:
    """How much is ordered, and when."""

    jobs_per_minute: float  # the mean over the whole run
    duration_s: float
    starts_at_hour: float = 11.0  # of the day, 0 to 24
    preparation_s_max: float = 900.0  # restaurants are uniform between none and this


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a merchant will post as a job; times are seconds from the run's start."""

    placed_s: float
    merchant_index: int  # row of the city's merchants
    pickup: Place
    dropoff: Place
    parcel: Parcel
    ready_s: float
    due_s: float  # the latest drop-off promised
    recipient_name: str


def orders(city: City, settings: DemandSettings, *, seed: int) -> Iterator[Order]:
    """Yield the orders of a run by time, the same ones for the same city, settings and seed.

    Arrivals are a Poisson process whose rate follows the hour of the day, scaled so that its mean
    over the run is `jobs_per_minute`. It is drawn by time rescaling: unit exponential gaps, put
    through the inverse of the cumulative rate (Cinlar, "Introduction to Stochastic Processes",
    1975).
    """
    arrivals, contents = np.random.default_rng((city.seed, seed)).spawn(2)
    buyer = _Buyers(city, contents)
    time_s, expected_count = _cumulative_rate(settings)
    reached = float(arrivals.exponential())
    while reached < expected_count[-1]:
        yield buyer.order(float(np.interp(reached, expected_count, time_s)), settings)
        reached += float(arrivals.exponential())


def _cumulative_rate(
    settings: DemandSettings,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return (K,) times and (K,) orders expected up to them; straight lines join the points."""
    start_s = settings.starts_at_hour * _HOUR_S
    end_s = start_s + settings.duration_s
    first_hour, last_hour = int(start_s // _HOUR_S) + 1, int(np.ceil(end_s / _HOUR_S))
    edges_s = np.array([start_s, *(hour * _HOUR_S for hour in range(first_hour, last_hour)), end_s])
    hour = ((edges_s[:-1] + edges_s[1:]) / 2.0 // _HOUR_S).astype(np.intp) % HOURS_COUNT
    shape = np.cumsum(pickup_weights().sum(axis=1)[hour] * np.diff(edges_s))
    orders_count = settings.jobs_per_minute * settings.duration_s / 60.0
    expected_count = np.concatenate(([0.0], shape * orders_count / shape[-1]))
    return edges_s - start_s, expected_count


class _Buyers:
    """Decides who orders what from whom."""

    def __init__(self, city: City, rng: np.random.Generator) -> None:
        self._city, self._rng = city, rng
        self._weights = pickup_weights()
        categories = [place.category for place in city.merchants]
        popularity = rng.lognormal(0.0, _POPULARITY_SPREAD, len(categories))
        self._sellers = [
            (
                rows := np.array([row for row, kind in enumerate(categories) if kind is category]),
                popularity[rows] / popularity[rows].sum(),
            )
            for category in PICKUP_CATEGORIES
        ]
        self._door_deg = degrees_of([place.point for place in city.doors])
        self._is_office = np.array([place.category is Category.OFFICE for place in city.doors])

    def order(self, placed_s: float, settings: DemandSettings) -> Order:
        rng = self._rng
        hour = int(settings.starts_at_hour + placed_s / _HOUR_S) % HOURS_COUNT
        by_category = self._weights[hour] / self._weights[hour].sum()
        sellers, popularity = self._sellers[int(rng.choice(len(by_category), p=by_category))]
        merchant_index = int(rng.choice(sellers, p=popularity))
        merchant = self._city.merchants[merchant_index]
        ready_s = placed_s + self._preparation_s(merchant.category, settings)
        is_meal = merchant.category is Category.RESTAURANT
        promise_s = rng.uniform(2_100.0, 3_300.0) if is_meal else rng.uniform(3_600.0, 7_200.0)
        return Order(
            placed_s=placed_s,
            merchant_index=merchant_index,
            pickup=merchant,
            dropoff=self._door(merchant, hour),
            parcel=draw_parcel(merchant.category, rng),
            ready_s=ready_s,
            due_s=ready_s + float(promise_s),
            recipient_name=person_name(rng),
        )

    def _preparation_s(self, category: Category, settings: DemandSettings) -> float:
        if category is Category.RESTAURANT:
            return float(self._rng.uniform(0.0, settings.preparation_s_max))
        is_ready = self._rng.random() < _READY_NOW_SHARE
        return 0.0 if is_ready else float(self._rng.uniform(0.0, _PACKING_S_MAX))

    def _door(self, merchant: Place, hour: int) -> Place:
        """Return an office or a home, likelier a near one."""
        is_wanted = self._is_office == (self._rng.random() < office_share(hour))
        apart_m = distances_m(self._door_deg, merchant.point)
        likelihood = np.where(is_wanted, np.exp(-apart_m / _NEIGHBOURHOOD_M), 0.0)
        row = int(self._rng.choice(len(likelihood), p=likelihood / likelihood.sum()))
        return self._city.doors[row]
