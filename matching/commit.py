"""Lazy commitment: what is decided is offered only when waiting for the next tick would cost."""

import numpy as np

from matching.arrays import F64, Bools
from matching.params import Params


def held(arrival_s: F64, ready_s: F64, inbound_s: F64, params: Params) -> Bools:
    """Return whether each unit can wait, given its first pickup's arrival, ready and travel time.

    The courier must leave for it at `max(arrival, ready) - inbound`: not before it is free and has
    served the stops ahead of it, and no earlier than to be there when the parcel is ready. If the
    next tick's offer can still be answered by then, nothing is lost by deciding again, with more
    known.
    """
    leave_by_s = np.maximum(arrival_s, ready_s) - inbound_s
    return leave_by_s >= params.tick_s + params.offer_s
