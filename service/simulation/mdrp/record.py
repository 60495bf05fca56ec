"""What is told and kept of a replayed instance: a line for people, a dict for machines."""

from collections.abc import Mapping
from dataclasses import asdict

from service.simulation.mdrp.bench import Result

_SHOWN = {
    "undelivered_pct": "undelivered %",
    "ctd_mean": "click to door",
    "ctd_penalised": "penalised",
    "rtp_mean": "ready to pickup",
    "excess_mean": "excess",
    "orders_per_bundle": "per bundle",
    "cost_per_order": "cost",
}


def result_line(result: Result) -> str:
    """Return a result in one line."""
    spread = " ".join(f"{name} {value:.1f}" for name, value in result.solve_ms.items())
    verdict = f"; {len(result.breaches)} BREACHES OF RULES" if result.breaches else ""
    told = f"{figures_line(asdict(result.figures))}; tick ms {spread}; {result.duration_s:.1f} s"
    return f"{result.instance}: {told}{verdict}"


def figures_line(figures: Mapping[str, float | None]) -> str:
    """Return the figures that matter most in one line."""
    values = ((label, figures.get(name)) for name, label in _SHOWN.items())
    return ", ".join(f"{label} {'-' if v is None else f'{v:.2f}'}" for label, v in values)


def result_dict(result: Result) -> dict[str, object]:
    """Return a result, ready for JSON."""
    return {
        "instance": result.instance,
        "figures": asdict(result.figures),
        "breaches": [breach._asdict() for breach in result.breaches],
        "solve_ms": result.solve_ms,
        "ticks_count": result.ticks_count,
        "duration_s": result.duration_s,
    }
