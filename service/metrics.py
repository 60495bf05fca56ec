"""What a process counts and measures, each by its name: the one registry, and all that is in it.

Names end in their unit, and in `_total` where a number only grows. What is counted on a hot path
has a count of its own there, and is put in here when somebody asks: see `service.scraping`.
"""

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
)

disable_created_metrics()  # they would be wall-clock times, which nobody needs

REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)  # processor time, memory and files, where there is /proc

STAGE_S = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)


def _counter(name: str, says: str, *labels: str) -> Counter:
    return Counter(f"hexhaul_{name}", says, labels, registry=REGISTRY)


def _gauge(name: str, says: str, *labels: str) -> Gauge:
    return Gauge(f"hexhaul_{name}", says, labels, registry=REGISTRY)


# ---------------------------------------------------------------- every process
LOOP_LAG_S = _gauge(
    "loop_lag_s", "How late the event loop was in the last minute, by quantile.", "quantile"
)
TASK_RESTARTS = _counter(
    "task_restarts_total", "Tasks that had failed or ended, and were begun anew.", "task"
)
CLOCK_STEPS = _counter(
    "clock_steps_total", "Times that market time was wrong here, and was set by Postgres."
)

# ---------------------------------------------------------------- api
REQUESTS = _counter(
    "requests_total", "Requests answered, by whom the route is for.", "audience", "status"
)
REFUSALS = _counter("refusals_total", "Answers that said no, by their code.", "code")
SOCKETS_COUNT = _gauge("sockets_count", "Websockets that are open.", "market")
POSITIONS_DROPPED = _counter(
    "positions_dropped_total", "Positions that Redis was not there for.", "market"
)
POSITION_DOUBTS = _counter(
    "position_doubts_total", "Signs in windows of doubtful positions.", "market", "sign"
)

# ---------------------------------------------------------------- dispatch
TICKS = _counter(
    "ticks_total", "Ticks of the matching loop, by how they ended.", "market", "outcome"
)
TICK_STAGE_S = Histogram(
    "hexhaul_tick_stage_s",
    "How long a stage of a tick took: gather, solve, commit.",
    ("market", "stage"),
    registry=REGISTRY,
    buckets=STAGE_S,
)
OFFERS = _counter("offers_total", "Offers made by the matching loop.", "market")
QUARANTINED_PAIRS_COUNT = _gauge(
    "quarantined_pairs_count",
    "Couriers and jobs that are left out because they failed together.",
    "market",
)

# ---------------------------------------------------------------- relay
FACTS = _counter("facts_total", "Facts told, by type.", "market", "type")
FACTS_PUT_ASIDE = _counter(
    "facts_put_aside_total", "Facts that could not be told, and were passed over.", "market"
)
UNTOLD_FACTS_AGE_S = _gauge(
    "untold_facts_age_s", "For how long the oldest fact that is not told waits.", "market"
)
INDEX_AUDITS = _counter(
    "index_audits_total", "Looks at the live index, by what they found.", "market", "outcome"
)
INDEX_DRIFT_COUNT = _gauge(
    "index_drift_count",
    "Jobs and couriers that differed from Postgres at two looks, and were repaired.",
    "market",
    "kind",
)
INDEX_LEFT_OUT = _counter(
    "index_left_out_total",
    "Jobs and couriers whose rows could not be indexed, each time that was tried.",
    "market",
    "kind",
)
EXCEPTIONS_OPEN_COUNT = _gauge(
    "exceptions_open_count",
    "What a human should look at and nobody has resolved.",
    "market",
    "kind",
)

# ---------------------------------------------------------------- webhooks
WEBHOOK_ATTEMPTS = _counter("webhook_attempts_total", "Calls of endpoints, by outcome.", "outcome")
WEBHOOK_WAITING_COUNT = _gauge(
    "webhook_waiting_count", "Events that endpoints have still to be told, also later ones."
)
WEBHOOK_DUE_AGE_S = _gauge(
    "webhook_due_age_s", "For how long the oldest call that is due waits; 0: none is."
)
