"""How many cheats are noticed, and how many honest phones by mistake."""

from collections.abc import Callable, Mapping

import numpy as np
from msgspec import Struct
from numpy.random import Generator

from loadtests.spoofing import cheats, honest
from loadtests.spoofing.ways import Track
from service.domain.doubt import doubt_of

Kinds = Mapping[str, Callable[[Generator], Track]]


class Noticed(Struct, frozen=True, kw_only=True):
    tracks_count: int
    noticed_count: int
    score_max: float


class Rates(Struct, frozen=True, kw_only=True):
    """Of as many cheats as honest tracks, by kind and in all."""

    seed: int
    tracks_count: int  # of either sort
    hit_share: float
    false_alarm_share: float
    cheats: dict[str, Noticed]
    honest: dict[str, Noticed]


def measure(*, seed: int, tracks_count: int) -> Rates:
    """Return the rates over so many tracks of either sort; the kinds take turns."""
    found = {
        sort: _noticed(kinds, np.random.default_rng((seed, number)), tracks_count)
        for number, (sort, kinds) in enumerate(
            {"cheats": cheats.KINDS, "honest": honest.KINDS}.items()
        )
    }
    return Rates(
        seed=seed,
        tracks_count=tracks_count,
        hit_share=_share(found["cheats"]),
        false_alarm_share=_share(found["honest"]),
        cheats=found["cheats"],
        honest=found["honest"],
    )


def _noticed(kinds: Kinds, rng: Generator, tracks_count: int) -> dict[str, Noticed]:
    makers = list(kinds.values())
    doubts: dict[str, list[tuple[bool, float]]] = {kind: [] for kind in kinds}
    for number in range(tracks_count):
        track = makers[number % len(makers)](rng)
        doubt = doubt_of(track.reports, track.visits)
        doubts[track.kind].append((doubt.is_grave, doubt.score))
    return {
        kind: Noticed(
            tracks_count=len(of_kind),
            noticed_count=sum(is_grave for is_grave, _ in of_kind),
            score_max=round(max((score for _, score in of_kind), default=0.0), 2),
        )
        for kind, of_kind in doubts.items()
    }


def _share(found: Mapping[str, Noticed]) -> float:
    count = sum(one.tracks_count for one in found.values())
    return round(sum(one.noticed_count for one in found.values()) / count, 3)
