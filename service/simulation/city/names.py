"""Made-up names of streets, districts, businesses and people; none is meant to be a real one."""

from collections.abc import Iterator
from itertools import product

import numpy as np

_ROOT_STARTS = (
    "Alder", "Amber", "Ash", "Birch", "Bramble", "Cedar", "Clover", "Copper", "Crane", "Elder",
    "Fern", "Finch", "Fox", "Harrow", "Hazel", "Heron", "Juniper", "Lark", "Linden", "Maple",
    "Marble", "Mill", "Moss", "Oak", "Otter", "Pine", "Raven", "Rowan", "Silver", "Slate",
    "Sorrel", "Stone", "Swan", "Thistle", "Thorn", "Willow",
)  # fmt: skip
_ROOT_ENDS = ("", "brook", "field", "ford", "gate", "wick")
_STREET_KINDS = ("Street", "Lane", "Road", "Row", "Way")
_AVENUES = (
    "Observatory", "Cathedral", "Parliament", "Harbour", "University", "Republic", "Exchange",
    "Granary", "Foundry", "Orchard", "Lantern", "Fountain", "Station", "Museum", "Theatre",
    "Liberty", "Meridian", "Botanic", "Armoury", "Customs", "Jubilee", "Market", "Opera",
    "Regatta", "Summit", "Tannery", "Viaduct", "Weavers", "Windmill", "Zenith",
)  # fmt: skip
_AVENUE_KINDS = ("Avenue", "Boulevard")
_BRIDGES = ("Old Bridge", "Chain Bridge", "Ferry Bridge", "Tollgate Bridge", "Swallow Bridge",
            "Iron Bridge", "Poet's Bridge", "Weir Bridge")  # fmt: skip
_RIVERS = ("Alma", "Brenna", "Corvel", "Isk", "Lorne", "Marrow", "Ossel", "Teyne")

_RESTAURANTS = ("Kitchen", "Noodle House", "Bistro", "Trattoria", "Grill", "Canteen", "Dumplings",
                "Curry House", "Taqueria", "Pizzeria")  # fmt: skip
_SHOPS = ("Books", "Hardware", "Delicatessen", "Electronics", "Grocer", "Wine Merchants",
          "Stationery", "Outfitters")  # fmt: skip
_PHARMACIES = ("Pharmacy", "Apothecary", "Chemists")
_FLORISTS = ("Flowers", "Florists", "Blooms")
_OWNERS = (
    "Abelard", "Baptista", "Castellane", "Dragomir", "Ekholm", "Farrow", "Galanis", "Hoshino",
    "Ibarra", "Jovanka", "Kestrel", "Lindqvist", "Mbeki", "Novak", "Okafor", "Petrosyan",
    "Quill", "Rahimi", "Sandoval", "Takeda", "Umarov", "Valente", "Wren", "Yilmaz", "Zeller",
)  # fmt: skip
_MOODS = ("", "Blue ", "Golden ", "Little ", "New ", "Old ", "Red ", "Royal ", "Sunny ", "Two ")

_GIVEN_NAMES = (
    "Ada", "Amir", "Ana", "Bao", "Carla", "Chidi", "Dana", "Elif", "Emil", "Fatima", "Gita",
    "Hugo", "Ines", "Ivo", "Jana", "Jonas", "Kai", "Lena", "Luca", "Mara", "Milan", "Nadia",
    "Noor", "Olek", "Priya", "Rosa", "Samir", "Sofia", "Tariq", "Uma", "Vera", "Yuki", "Zoe",
)  # fmt: skip
_FAMILY_INITIALS = "ABCDEFGHIJKLMNOPRSTVWZ"


def street_names(rng: np.random.Generator) -> Iterator[str]:
    """Yield distinct names of ordinary streets: 1,080 of them, shuffled."""
    return _shuffled(
        (
            f"{start}{end} {kind}"
            for start, end, kind in product(_ROOT_STARTS, _ROOT_ENDS, _STREET_KINDS)
        ),
        rng,
    )


def avenue_names(rng: np.random.Generator) -> Iterator[str]:
    """Yield distinct names of avenues: 60 of them, shuffled."""
    return _shuffled((f"{root} {kind}" for root, kind in product(_AVENUES, _AVENUE_KINDS)), rng)


def bridge_names(rng: np.random.Generator) -> Iterator[str]:
    """Yield distinct names of bridges: 8 of them, shuffled."""
    return _shuffled(_BRIDGES, rng)


def river_name(rng: np.random.Generator) -> str:
    """Return the name of a river."""
    return str(rng.choice(_RIVERS))


def business_names(category: str, rng: np.random.Generator) -> Iterator[str]:
    """Yield distinct names of businesses of a pickup category: at least 750, shuffled."""
    kinds = {
        "restaurant": _RESTAURANTS,
        "shop": _SHOPS,
        "pharmacy": _PHARMACIES,
        "florist": _FLORISTS,
    }[category]
    return _shuffled(
        (f"{mood}{owner} {kind}" for mood, owner, kind in product(_MOODS, _OWNERS, kinds)), rng
    )


def person_name(rng: np.random.Generator) -> str:
    """Return a given name with the initial of a family name; people may share one."""
    initial = _FAMILY_INITIALS[int(rng.integers(len(_FAMILY_INITIALS)))]
    return f"{_GIVEN_NAMES[int(rng.integers(len(_GIVEN_NAMES)))]} {initial}."


def _shuffled(names: Iterator[str] | tuple[str, ...], rng: np.random.Generator) -> Iterator[str]:
    every = list(names)
    order: list[int] = rng.permutation(len(every)).tolist()
    return (every[row] for row in order)
