"""How a scenario is run this time."""

from collections.abc import Callable

from msgspec import Struct


class Setting(Struct, frozen=True, kw_only=True):
    """What does not depend on the scenario."""

    seed: int = 1
    is_profiled: bool = False
    tell: Callable[[str], None] = lambda _: None  # how it goes
