"""The one set of parameters that every public day is replayed with: the engine's own defaults.

What differs is what the data does not have: offers are answered at once, a courier may be looked
for anywhere, and positions are never old.
"""

import math

from matching.params import Params


def params_of(*, tick_s: float) -> Params:
    """Return the parameters of a replay that decides every `tick_s`."""
    return Params()._replace(
        tick_s=tick_s, offer_s=0.0, inbound_s_max=math.inf, busy_window_m=math.inf
    )
