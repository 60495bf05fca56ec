"""What a run tells people and machines at its end."""

from pathlib import Path

import msgspec
import pytest

from service.simulation.clients.bundling import Bundling
from service.simulation.run.invariants import Finding
from service.simulation.run.late import Cause, LateJobs
from service.simulation.run.latency import latency_of
from service.simulation.run.report import RunReport, summary, write_json

HOLDS = Finding(name="no job lost", ok=True, violations_count=0, details=())
BROKEN = Finding(name="index equals Postgres", ok=False, violations_count=2, details=("job 7",))


def make_report(**changes: object) -> RunReport:
    values = {
        "what": "demo",
        "machine": "x86_64",
        "seed": 7,
        "time_scale": 30.0,
        "couriers_count": 150,
        "jobs_count": 3,
        "jobs_per_courier_hour": 1.62,
        "jobs_count_by_status": {"delivered": 2, "open": 1},
        "delivered_count": 2,
        "first_delivered_after_s": 16.2,
        "offers_count_by_status": {"accepted": 2},
        "bundling": Bundling(
            offers_count=8, bundles_count=2, bundled_jobs_count=5, saved_m=4_250.0
        ),
        "post_to_offer": latency_of([0.1, 0.2]),
        "late_jobs": LateJobs(
            longer_than_ms=1_150.0,
            count=3,
            count_by_cause={Cause.COURIER_LOST: 2, Cause.UNEXPLAINED: 1},
            never_offered_count=4,
        ),
        "offer_to_accept": latency_of([]),
        "is_quiet": True,
        "restarts_count_by_process": {"api": 0},
        "refusals_count_by_code": {},
        "refused_posts_count_by_code": {},
        "findings": (HOLDS,),
    }
    return RunReport(**(values | changes))


def test_a_run_is_good_when_every_invariant_held() -> None:
    assert make_report().ok
    assert not make_report(findings=(HOLDS, BROKEN)).ok


def test_the_summary_names_what_broke_and_where() -> None:
    text = "\n".join(summary(make_report(findings=(HOLDS, BROKEN))))
    assert "no job lost: holds" in text
    assert "index equals Postgres: BROKEN 2 times" in text
    assert "job 7" in text


def test_the_summary_leaves_out_what_did_not_happen() -> None:
    text = "\n".join(summary(make_report(first_delivered_after_s=None)))
    assert "started again" not in text
    assert "refused" not in text
    assert "first delivery" not in text


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"restarts_count_by_process": {"api": 1}}, "started again: 1 api"),
        ({"refusals_count_by_code": {"unavailable": 4}}, "refused to couriers: 4 unavailable"),
        ({"refused_posts_count_by_code": {"x": 1}}, "refused to merchants: 1 x"),
    ],
)
def test_the_summary_tells_what_went_differently(changes: dict[str, object], line: str) -> None:
    assert line in "\n".join(summary(make_report(**changes)))


def test_the_summary_tells_the_load_and_why_offers_were_late() -> None:
    text = "\n".join(summary(make_report()))
    assert "1.6 jobs per courier and market hour" in text
    assert "3 waited longer than 1150 ms" in text
    assert "2 lost their courier to another job, 1 unexplained" in text
    assert "4 more were never offered" in text


def test_the_summary_tells_how_much_was_bundled() -> None:
    text = "\n".join(summary(make_report()))
    assert "bundles: 2 of 8 accepted offers, 2.5 jobs each, 4.2 km saved" in text
    assert "0 of 0 accepted offers, 0.0 km" in "\n".join(summary(make_report(bundling=Bundling())))


def test_a_run_without_a_stretch_of_time_has_no_load() -> None:
    assert "load" not in "\n".join(summary(make_report(jobs_per_courier_hour=None)))


def test_the_json_holds_everything(tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    report = make_report(metrics={"hexhaul": {"jobs_count": 3, "distance_km": None}})
    write_json(report, path)
    assert msgspec.json.decode(path.read_bytes(), type=RunReport) == report
