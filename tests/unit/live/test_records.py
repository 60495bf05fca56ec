"""Records come out of their packing as they went in."""

import struct
from datetime import UTC, datetime
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.load import Load
from service.live.records import (
    Decoded,
    LiveFix,
    OpenJob,
    RecordVersion,
    RosterEntry,
    RosterStop,
    decode_job,
    decode_roster_entry,
    decode_version,
    encode_record,
    pack_fix,
    unpack_fixes,
)

integers = st.integers(0, 1 << 53)
degrees = st.floats(-180.0, 180.0)
instants = st.datetimes(timezones=st.just(UTC))
loads = st.builds(Load, integers, integers, integers)
of_type = {int: integers, float: degrees, datetime: instants, Load: loads}


def records(struct_type, **special):
    """Return instances of the type, with numbers that fit and no NaN, which equals nothing."""
    fields = msgspec.structs.fields(struct_type)
    plain = {field.name: of_type[field.type] for field in fields if field.type in of_type}
    return st.builds(struct_type, **plain | special)


fixes = records(LiveFix)
jobs = records(OpenJob)
maybe = st.none() | instants
stops = records(RosterStop, ready_at=maybe, due_at=maybe, arrived_at=maybe)
entries = records(RosterEntry, route=st.lists(stops, max_size=3).map(tuple))


@given(jobs)
def test_a_job_is_unpacked_as_it_was(job: OpenJob) -> None:
    assert decode_job(encode_record(job)) == job


@given(entries)
def test_a_roster_entry_is_unpacked_as_it_was(entry: RosterEntry) -> None:
    assert decode_roster_entry(encode_record(entry)) == entry


@given(jobs, entries)
def test_the_version_is_read_without_the_rest(job: OpenJob, entry: RosterEntry) -> None:
    assert decode_version(encode_record(job)) == RecordVersion(job.job_id, job.version)
    assert decode_version(encode_record(entry)) == RecordVersion(entry.courier_id, entry.version)


@given(st.lists(fixes, max_size=5))
def test_fixes_are_unpacked_as_they_were(several: list[LiveFix]) -> None:
    assert unpack_fixes(b"".join(map(pack_fix, several))) == several


def test_a_fix_takes_64_bytes() -> None:
    fix = LiveFix(
        courier_id=UUID(int=1), lat_deg=48.2, lng_deg=16.4, accuracy_m=5.0, received_at_ms=1
    )
    assert len(pack_fix(fix)) == 64


def test_half_a_fix_is_refused() -> None:
    with pytest.raises(struct.error):
        unpack_fixes(b"0" * 47)


def test_records_are_decoded_once_while_they_are_read_again():
    asked = []
    decoded = Decoded(lambda record: asked.append(record) or record.decode())
    for records in ([b"a", b"b"], [b"b", b"a", b"a"], [b"a"]):
        decoded.begin_round()
        assert [decoded(record) for record in records] == [record.decode() for record in records]
    assert asked == [b"a", b"b"]


def test_what_a_whole_round_did_not_read_is_forgotten():
    asked = []
    decoded = Decoded(lambda record: asked.append(record) or record.decode())
    for records in ([b"a"], [], [], [b"a"]):
        decoded.begin_round()
        assert [decoded(record) for record in records] == [record.decode() for record in records]
    assert asked == [b"a", b"a"]
