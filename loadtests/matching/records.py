"""A region in Redis as three strings of fixed-size records, and the way back to a snapshot.

An experiment beside the product's layout: each record is a row of whole numbers of 32 bits, so that
an update is one SETRANGE, a region is read by one GET, and one pass turns records into columns.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.arrays import F64, I64
from matching.kernel import kernel
from matching.snapshot import Snapshot, Travel, check

Words = NDArray[np.int32]  # (records, words)

DEGREES, SECONDS, SHARE, WHOLE = 1e-7, 1e-3, 1e-4, 1.0  # what one step of a word is worth

# name of the word: its step. The words of one column of the snapshot are numbered.
COURIER_WORDS = {
    "id": WHOLE,
    "courier_deg.0": DEGREES,
    "courier_deg.1": DEGREES,
    "courier_speed_mps": SECONDS,
    "courier_free_s": SECONDS,
    "courier_capacity.0": WHOLE,
    "courier_capacity.1": SECONDS,
    "courier_capacity.2": WHOLE,
    "courier_load.0": WHOLE,
    "courier_load.1": SECONDS,
    "courier_load.2": WHOLE,
    "courier_shift_end_s": SECONDS,
    "courier_vehicle_bit": WHOLE,
    "courier_ability_bits": WHOLE,
    "courier_position_age_s": SECONDS,
    "courier_jobs_room": WHOLE,
    "courier_acceptance_share": SHARE,
    "courier_earnings_share": SHARE,
    "stops_count": WHOLE,
}
STOP_WORDS = {
    "stop_is_pickup": WHOLE,
    "stop_job": WHOLE,
    "stop_deg.0": DEGREES,
    "stop_deg.1": DEGREES,
    "stop_ready_s": SECONDS,
    "stop_due_s": SECONDS,
    "stop_access_s": SECONDS,
    "stop_service_s": SECONDS,
    "stop_load.0": WHOLE,
    "stop_load.1": SECONDS,
    "stop_load.2": WHOLE,
}
JOB_WORDS = {
    "id": WHOLE,
    "pickup_deg.0": DEGREES,
    "pickup_deg.1": DEGREES,
    "dropoff_deg.0": DEGREES,
    "dropoff_deg.1": DEGREES,
    "ready_s": SECONDS,
    "due_s": SECONDS,
    "pickup_access_s": SECONDS,
    "pickup_service_s": SECONDS,
    "dropoff_access_s": SECONDS,
    "dropoff_service_s": SECONDS,
    "job_load.0": WHOLE,
    "job_load.1": SECONDS,
    "job_load.2": WHOLE,
    "job_age_s": SECONDS,
    "job_vehicle_bits": WHOLE,
    "job_requirement_bits": WHOLE,
    "job_radius_m": WHOLE,
}
DECLINE_WORDS = {"job": WHOLE, "decline_courier": WHOLE}
TYPES = {
    "courier_vehicle_bit": np.uint32,
    "courier_ability_bits": np.uint32,
    "job_vehicle_bits": np.uint32,
    "job_requirement_bits": np.uint32,
    "courier_jobs_room": np.int64,
    "stop_is_pickup": np.bool_,
    "stop_job": np.int64,
    "decline_courier": np.int64,
}


class Region(NamedTuple):
    """The records of a region."""

    couriers: Words
    stops: Words  # in the order of the couriers
    jobs: Words
    declines: Words  # by job


def packed(snapshot: Snapshot) -> Region:
    """Return a snapshot as records; ids are row numbers, counted from 1000 and from 5 000 000."""
    columns = snapshot._asdict()
    couriers, jobs = len(snapshot.courier_deg), len(snapshot.ready_s)
    picked_ready_s = np.where(snapshot.stop_is_pickup, snapshot.stop_ready_s, 0.0)
    stops = {**columns, "stop_ready_s": picked_ready_s}
    ids = {"id": 1_000 + np.arange(couriers), "stops_count": np.diff(snapshot.route_start)}
    declined_job = np.repeat(np.arange(jobs), np.diff(snapshot.decline_start))
    return Region(
        couriers=words_of({**columns, **ids}, COURIER_WORDS),
        stops=words_of(stops, STOP_WORDS),
        jobs=words_of({**columns, "id": 5_000_000 + np.arange(jobs)}, JOB_WORDS),
        declines=words_of({**columns, "job": declined_job}, DECLINE_WORDS),
    )


def words_of(columns: Mapping[str, NDArray[np.generic]], steps: Mapping[str, float]) -> Words:
    """Return the named columns as records."""
    words = list[Words]()
    for name, step in steps.items():
        column, _, place = name.partition(".")
        values = columns[column][:, int(place)] if place else columns[column]
        words.append(np.round(values.astype(np.float64) / step).astype(np.int32))
    return np.ascontiguousarray(np.stack(words, axis=1))


def unpacked(region: Region) -> Snapshot:
    """Return the checked snapshot of a region."""
    couriers = named(region.couriers, COURIER_WORDS)
    stops, jobs = named(region.stops, STOP_WORDS), named(region.jobs, JOB_WORDS)
    couriers_count, stops_count, jobs_count = map(len, region[:3])
    is_pickup = stops["stop_is_pickup"]
    stops["stop_ready_s"][~is_pickup] = -np.inf
    stops_count_of = couriers.pop("stops_count").astype(np.int64)
    del couriers["id"], jobs["id"]
    declined = named(region.declines, DECLINE_WORDS)
    return check(
        Snapshot(
            **couriers,
            **stops,
            **jobs,
            courier_pickup_end_s=np.full(couriers_count, np.inf),
            route_start=starts_of(stops_count_of),
            stop_is_unmixed=np.zeros(stops_count, np.bool_),
            job_is_unmixed=np.zeros(jobs_count, np.bool_),
            decline_start=starts_of(
                np.bincount(declined["job"].astype(np.int64), minlength=jobs_count)
            ),
            decline_courier=declined["decline_courier"],
            job_last_courier=np.full(jobs_count, -1),
            job_last_rank=np.zeros(jobs_count, np.int64),
            demand_deg=np.empty((0, 2)),
            demand_per_h=np.empty(0),
            travel=Travel(),
        )
    )


def starts_of(counts: I64) -> I64:
    """Return where each list begins among all entries, and the end."""
    return np.concatenate((np.zeros(1, np.int64), np.cumsum(counts)))


def named(words: Words, steps: Mapping[str, float]) -> dict[str, NDArray[Any]]:
    """Return the columns of records, by name, each of the type that the snapshot wants."""
    rows = columns_of(words, np.array(list(steps.values())))
    found = dict[str, list[F64]]()
    for name, row in zip(steps, rows, strict=True):
        found.setdefault(name.partition(".")[0], []).append(row)
    return {
        name: np.stack(parts, axis=1) if len(parts) > 1 else parts[0].astype(TYPES.get(name, float))
        for name, parts in found.items()
    }


@kernel
def columns_of(words: Words, steps: F64) -> F64:
    """Return (words, records) values; sixteen records at a time, which are a few cache lines."""
    records_count, words_count = words.shape
    columns = np.empty((words_count, records_count))
    for first in range(0, records_count, 16):
        for k in range(words_count):
            for i in range(first, min(first + 16, records_count)):
                columns[k, i] = words[i, k] * steps[k]
    return columns
