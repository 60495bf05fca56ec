"""How soon something that ended is started again."""

START_INTERVAL_S = 1.0


def pause_before_start_s(alive_s: float) -> float:
    """Return the wait before the next start of what was alive for `alive_s`.

    Starts are at least `START_INTERVAL_S` apart: a server that dies now and then is back at once,
    one that cannot start (a full disk) costs one attempt per interval until it can.
    """
    return max(0.0, START_INTERVAL_S - alive_s)
