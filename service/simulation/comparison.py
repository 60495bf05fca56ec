"""Runs of one day side by side: a table for people, and a dict for machines."""

from collections.abc import Mapping
from dataclasses import asdict

from rich.table import Table

from service.simulation.metrics import Metrics

_ROWS = (
    ("jobs", "jobs_count", "{:,.0f}"),
    ("undelivered", "undelivered_count", "{:,.0f}"),
    ("undelivered, %", "undelivered_pct", "{:.2f}"),
    ("click to door, mean, min", "click_to_door_mean_minutes", "{:.2f}"),
    ("click to door, p90, min", "click_to_door_p90_minutes", "{:.2f}"),
    ("ready to pickup, mean, min", "ready_to_pickup_mean_minutes", "{:.2f}"),
    ("ready to pickup, p90, min", "ready_to_pickup_p90_minutes", "{:.2f}"),
    ("post to first offer, mean, s", "post_to_offer_mean_s", "{:.2f}"),
    ("post to first offer, p90, s", "post_to_offer_p90_s", "{:.2f}"),
    ("jobs per bundle", "jobs_per_bundle", "{:.3f}"),
    ("offers per job", "offers_per_job", "{:.3f}"),
    ("jobs per courier hour", "jobs_per_courier_hour", "{:.3f}"),
    ("distance, km", "distance_km", "{:,.1f}"),
    ("distance per job, km", "distance_km_per_job", "{:.2f}"),
)
_UNKNOWN = "-"


def comparison_dict(runs: Mapping[str, Metrics]) -> dict[str, dict[str, float | None]]:
    """Return the metrics by run and name, ready for JSON."""
    return {name: asdict(metrics) for name, metrics in runs.items()}


def comparison_table(runs: Mapping[str, Metrics], *, title: str) -> Table:
    """Return a table with a metric per row and a run per column, in the order of `runs`."""
    figures = comparison_dict(runs)
    table = Table("", title=title)
    for name in runs:
        table.add_column(name, justify="right")
    for label, field, form in _ROWS:
        values = (figures[name][field] for name in runs)
        table.add_row(label, *(_UNKNOWN if v is None else form.format(v) for v in values))
    return table
