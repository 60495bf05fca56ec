"""Lazy commitment: what is decided is offered only when waiting for the next tick would cost."""

import numpy as np

from matching.arrays import F64, I64, Bools
from matching.bundles import Split
from matching.params import Params
from matching.snapshot import Snapshot


def held(arrival_s: F64, ready_s: F64, inbound_s: F64, is_relieved: Bools, params: Params) -> Bools:
    """Return whether each unit can wait, given its first pickup's arrival, ready and travel time.

    The courier must leave for it at `max(arrival, ready) - inbound`: not before it is free and has
    served the stops ahead of it, and no earlier than to be there when the parcel is ready. If the
    next tick's offer can still be answered by then, nothing is lost by deciding again, with more
    known. But a parcel that is ready, and for which somebody else could leave now, is not kept
    waiting for a courier who is better and busy: its merchant is told now who comes.
    """
    leave_by_s = np.maximum(arrival_s, ready_s) - inbound_s
    can_wait = leave_by_s >= params.tick_s + params.offer_s
    return can_wait & ~(is_relieved & (ready_s <= 0.0))


def relieved(snapshot: Snapshot, split: Split, unit: I64) -> Bools:
    """Return whether somebody whom the matching leaves idle could do each of these units now."""
    is_spare = (np.diff(snapshot.route_start) == 0) & (snapshot.courier_free_s <= 0.0)
    is_spare[split.courier[split.courier >= 0]] = False
    is_relieved = np.zeros(len(split.courier), np.bool_)
    is_relieved[split.quotes.unit[is_spare[split.quotes.courier]]] = True
    return is_relieved[unit]
