"""What ops are told of without being asked: opened once, made worse, closed when it has gone."""

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from service.domain.trouble import (
    OPEN_COUNT_MAX,
    OPENED_COUNT_MAX,
    RULES,
    Change,
    Closing,
    OnRecord,
    Opening,
    Reading,
    Subject,
    review,
)
from service.domain.vocabulary import ExceptionKind, Severity
from tests.unit.domain.makers import NOW

LATE = ExceptionKind.LATE_RISK
WAIT = ExceptionKind.PICKUP_WAIT


def about(number):
    return Subject(job_id=UUID(int=number))


def reading(measure, *, kind=WAIT, number=1, due_at=None):
    return Reading(kind=kind, subject=about(number), measure=measure, due_at=due_at)


def on_record(*, kind=WAIT, number=1, **changes):
    values = {
        "id": UUID(int=1_000 + number),
        "kind": kind,
        "subject": about(number),
        "severity": Severity.WARNING,
        "due_at": None,
        "is_open": True,
    }
    return OnRecord(**(values | changes))


def steps(readings, records=(), *, signals=None, partial_kinds=(), now=NOW):
    return review(readings, records, signals or {}, partial_kinds=partial_kinds, now=now).steps


class Queue:
    """Look after look, with what is on record as Postgres would have it."""

    def __init__(self):
        self.records = {}
        self.signals = {}
        self.now = NOW
        self.opened_count = self.closed_count = 0

    def look(self, *readings, partial_kinds=()):
        found = review(
            readings,
            list(self.records.values()),
            self.signals,
            partial_kinds=partial_kinds,
            now=self.now,
        )
        self.signals = found.signals
        for step in found.steps:
            self.apply(step)
        self.now += timedelta(seconds=5)

    def apply(self, step):
        match step:
            case Opening(reading=one, severity=severity):
                assert one.key not in self.records, "opened twice"
                number = one.subject.id.int
                self.records[one.key] = on_record(
                    kind=one.kind, number=number, severity=severity, due_at=one.due_at
                )
                self.opened_count += 1
            case Change(exception_id=id_, severity=severity, due_at=due_at):
                (key,) = [key for key, one in self.records.items() if one.id == id_]
                self.records[key] = replace(self.records[key], severity=severity, due_at=due_at)
            case Closing(exception_id=id_):
                (key,) = [key for key, one in self.records.items() if one.id == id_]
                del self.records[key]
                self.closed_count += 1


def test_every_band_has_room_between_its_thresholds():
    assert all(rule.band.clear_at < rule.band.raise_at <= rule.severe_at for rule in RULES.values())


def test_a_matter_is_opened_with_its_severity():
    (opening,) = steps([reading(480.0)])
    assert opening == Opening(reading=reading(480.0), severity=Severity.WARNING)
    (opening,) = steps([reading(1_200.0)])
    assert opening.severity is Severity.CRITICAL


def test_what_is_open_is_not_opened_again():
    assert steps([reading(500.0)], [on_record()]) == ()


def test_what_is_worse_now_is_told_and_what_is_better_only_when_it_is_over():
    (change,) = steps([reading(1_300.0)], [on_record()])
    assert change == Change(
        kind=WAIT, exception_id=on_record().id, severity=Severity.CRITICAL, due_at=None
    )
    assert steps([reading(500.0)], [on_record(severity=Severity.CRITICAL)]) == ()


@pytest.mark.parametrize(("moved_s", "told_count"), [(59.0, 0), (60.0, 1), (-60.0, 1)])
def test_a_deadline_that_moves_is_told(moved_s, told_count):
    moved = reading(500.0, due_at=NOW + timedelta(seconds=moved_s))
    assert len(steps([moved], [on_record(due_at=NOW)])) == told_count


def test_it_is_closed_when_its_cause_has_gone():
    (closing,) = steps([reading(0.0)], [on_record()])
    assert closing == Closing(kind=WAIT, exception_id=on_record().id)


def test_a_job_that_is_over_has_no_trouble():
    assert [type(step) for step in steps([], [on_record()])] == [Closing]


def test_a_job_that_one_look_has_missed_keeps_its_trouble():
    queue = Queue()
    queue.look(reading(500.0))
    queue.look()
    assert len(queue.records) == 1
    queue.look()
    assert queue.records == {}


def test_what_a_look_has_not_seen_all_of_is_not_closed_for_its_absence():
    late, wait = on_record(kind=LATE), on_record(kind=WAIT, number=2)
    assert steps([], [late, wait], partial_kinds={LATE, WAIT}) == ()
    (closing,) = steps([], [late, wait], partial_kinds={LATE})
    assert closing == Closing(kind=WAIT, exception_id=wait.id)


def test_what_a_human_has_decided_is_left_alone():
    assert steps([reading(500.0)], [on_record(is_open=False)]) == ()


def test_what_is_worse_than_when_it_was_decided_is_told_again():
    decided = on_record(is_open=False)
    (opening,) = steps([reading(1_200.0)], [decided])
    assert opening.severity is Severity.CRITICAL
    again = on_record(is_open=False, severity=Severity.CRITICAL)
    assert steps([reading(1_200.0)], [again, decided]) == ()
    assert steps([reading(1_200.0)], [decided, again]) == ()


def test_the_worst_are_opened_first_and_no_more_than_can_be_read():
    found = steps([reading(480.0 + number, number=number) for number in range(200)])
    assert len(found) == OPENED_COUNT_MAX
    assert found[0].reading.measure == 679.0
    standing = [on_record(number=number) for number in range(1_000, 1_000 + OPEN_COUNT_MAX - 1)]
    readings = [reading(500.0, number=one.subject.id.int) for one in standing]
    readings += [reading(480.0 + number, number=number) for number in range(200)]
    (last,) = steps(readings, standing)
    assert last.reading.measure == 679.0


MEASURES = st.none() | st.floats(min_value=-600.0, max_value=1_800.0)
LOOKS = st.lists(
    st.tuples(st.dictionaries(st.integers(1, 4), MEASURES, max_size=4), st.booleans()), max_size=60
)


@given(LOOKS, st.sampled_from([LATE, WAIT]))
def test_each_matter_is_open_once_at_most_and_ends_by_itself(looks, kind):
    queue = Queue()
    for measures, is_whole in looks:
        queue.look(
            *(reading(measure, kind=kind, number=one) for one, measure in measures.items()),
            partial_kinds=() if is_whole else {kind},
        )
        assert queue.opened_count - queue.closed_count == len(queue.records)
    queue.look()
    queue.look()
    assert queue.records == {}
