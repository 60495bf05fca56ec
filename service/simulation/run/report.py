"""What a run prints and writes at its end."""

import platform
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from service.simulation.clients.bundling import Bundling, text_of
from service.simulation.run.invariants import Finding
from service.simulation.run.late import Cause, LateJobs
from service.simulation.run.latency import Latency

_CAUSE_TEXT = {
    Cause.COURIER_LOST: "lost their courier to another job",
    Cause.BUNDLED: "bundled",
    Cause.OTHER_COURIER: "kept for a courier who was not idle",
    Cause.UNEXPLAINED: "unexplained",
}


class RunReport(Struct, frozen=True, kw_only=True):
    """A run in numbers; durations are real time unless they say otherwise."""

    what: str
    machine: str
    seed: int
    time_scale: float
    couriers_count: int
    jobs_count: int
    jobs_per_courier_hour: float | None  # posted, by market time and couriers enrolled
    jobs_count_by_status: dict[str, int]
    delivered_count: int
    first_delivered_after_s: float | None  # from the start of the command
    offers_count_by_status: dict[str, int]
    bundling: Bundling  # as ops were told
    post_to_offer: Latency
    late_jobs: LateJobs  # of those that post_to_offer is about
    offer_to_accept: Latency
    is_quiet: bool  # at the end everything was told, heard and indexed
    restarts_count_by_process: dict[str, int]
    refusals_count_by_code: dict[str, int]  # of couriers' messages
    refused_posts_count_by_code: dict[str, int]
    webhooks_count: int = 0  # calls that merchants' own servers took
    findings: tuple[Finding, ...]
    metrics: dict[str, dict[str, float | None]] = {}  # by run and name, of a replay

    @property
    def ok(self) -> bool:
        return self.is_quiet and all(finding.ok for finding in self.findings)


def machine() -> str:
    """Return what the figures were measured on."""
    return f"{platform.machine()}, Python {platform.python_version()}, {platform.system()}"


def write_json(report: RunReport, path: Path) -> None:
    """Write the report for machines."""
    path.write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n")


def summary(report: RunReport) -> Iterable[str]:
    """Yield the lines of the summary for people."""
    yield f"{report.what}: {report.couriers_count} couriers, {report.jobs_count} jobs"
    if report.jobs_per_courier_hour is not None:
        yield f"  load: {report.jobs_per_courier_hour:.1f} jobs per courier and market hour"
    yield f"  jobs: {_listed(report.jobs_count_by_status)}"
    yield f"  offers: {_listed(report.offers_count_by_status)}"
    yield f"  bundles: {text_of(report.bundling)}"
    yield f"  post to offer on a phone: {_percentiles(report.post_to_offer)}"
    yield f"    {_late(report.late_jobs)}"
    yield f"  offer to acceptance: {_percentiles(report.offer_to_accept)}"
    if report.first_delivered_after_s is not None:
        yield f"  first delivery after {report.first_delivered_after_s:.1f} s from a cold start"
    if report.refusals_count_by_code:
        yield f"  refused to couriers: {_listed(report.refusals_count_by_code)}"
    if report.refused_posts_count_by_code:
        yield f"  refused to merchants: {_listed(report.refused_posts_count_by_code)}"
    if any(report.restarts_count_by_process.values()):
        yield f"  started again: {_listed(report.restarts_count_by_process)}"
    yield from _verdicts(report.findings)


def _verdicts(findings: Sequence[Finding]) -> Iterable[str]:
    for finding in findings:
        verdict = "holds" if finding.ok else f"BROKEN {finding.violations_count} times"
        yield f"  {finding.name}: {verdict}"
        yield from (f"    {detail}" for detail in finding.details)


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(counts.items())) or "none"


def _late(late: LateJobs) -> str:
    causes = {_CAUSE_TEXT[cause]: count for cause, count in late.count_by_cause.items()}
    return (
        f"{late.count} waited longer than {late.longer_than_ms:.0f} ms ({_listed(causes)}); "
        f"{late.never_offered_count} more were never offered"
    )


def _percentiles(latency: Latency) -> str:
    if latency.p50_ms is None:
        return "none measured"
    return (
        f"p50 {latency.p50_ms:.0f} ms, p90 {latency.p90_ms:.0f} ms, p99 {latency.p99_ms:.0f} ms "
        f"over {latency.count}"
    )
