"""The chain of the audit log: whatever is done to it, it shows."""

import json
from datetime import timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from service.domain.audit_log import (
    BEGINNING,
    SHELL,
    AuditAction,
    AuditEntry,
    Link,
    Origin,
    breaks,
    seal,
    traits_of,
)
from service.domain.vocabulary import Actor
from tests.unit.domain.makers import NOW, make_job

OPERATOR = Origin(
    actor=Actor.OPS,
    principal_id=UUID(int=3),
    credential_id="abcd1234",
    request_id="r-1",
    client_address="127.0.0.1",
)
VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**53), 2**53), st.floats(-1e9, 1e9), st.text()
)


def make_entry(**changes):
    values = {
        "market_id": "vienna",
        "origin": OPERATOR,
        "action": AuditAction.CANCEL_JOB,
        "subject": "job:1",
        "before": {"status": "open"},
        "after": {"status": "canceled"},
        "reason": "duplicate_job",
    }
    return AuditEntry(**(values | changes))


def chain(count=5):
    return seal(
        [make_entry(subject=f"job:{number}") for number in range(count)], after=BEGINNING, at=NOW
    )


def test_a_chain_holds_from_its_beginning_and_from_any_link():
    entries = chain()
    assert [entry.number for entry in entries] == [1, 2, 3, 4, 5]
    assert list(breaks(entries, after=BEGINNING, blanked_before=NOW)) == []
    middle = Link(number=2, sha256=entries[1].sha256)
    assert list(breaks(entries[2:], after=middle, blanked_before=NOW)) == []


def test_what_is_sealed_later_goes_on_where_the_chain_ended():
    first = chain(2)
    end = Link(number=2, sha256=first[-1].sha256)
    second = seal([make_entry()], after=end, at=NOW)
    assert list(breaks([*first, *second], after=BEGINNING, blanked_before=NOW)) == []


def test_every_field_counts():
    entries = chain(1)
    others = {
        "market_id": "graz",
        "number": 2,
        "at": NOW + timedelta(microseconds=1),
        "actor": Actor.SYSTEM,
        "principal_id": None,
        "credential_id": None,
        "action": AuditAction.FAIL_JOB,
        "subject": "job:9",
        "before": "{}",
        "after": "{}",
        "reason": None,
        "request_id": None,
        "client_address": None,
        "previous_sha256": "1" * 64,
        "sha256": "1" * 64,
        "content_sha256": "1" * 64,
        "blanked_at": NOW,
    }
    assert others.keys() == set(entries[0].__struct_fields__)
    for name, value in others.items():
        changed = replace(entries[0], **{name: value})
        assert list(breaks([changed], after=BEGINNING, blanked_before=NOW)), name


def test_values_do_not_slip_from_one_field_into_the_next():
    there = seal([make_entry(reason="a", subject="job:1")], after=BEGINNING, at=NOW)
    moved = seal(
        [make_entry(reason=None, origin=replace(OPERATOR, request_id="a"))],
        after=BEGINNING,
        at=NOW,
    )
    assert there[0].sha256 != moved[0].sha256


@given(st.integers(0, 4), st.sampled_from(["left out", "put in", "swapped", "cut and forged"]))
def test_no_entry_can_be_left_out_put_in_or_moved(place, what):
    entries = chain()
    if what == "left out":
        del entries[place]
        if place == 4:
            return  # the end: its head tells, not the chain
    elif what == "put in":
        entries.insert(place, replace(entries[place], subject="job:99"))
    elif what == "swapped":
        other = (place + 1) % 5
        entries[place], entries[other] = entries[other], entries[place]
    else:
        forged = seal(
            [make_entry(reason="forged")],
            after=Link(number=place, sha256=entries[place].previous_sha256),
            at=NOW,
        )
        entries[place : place + 1] = forged
        if place == 4:
            return
    assert list(breaks(entries, after=BEGINNING, blanked_before=NOW))


@given(st.dictionaries(st.text(max_size=8), VALUES, max_size=5))
def test_what_was_before_and_after_is_json_in_one_spelling(values):
    (one,) = seal([make_entry(before=values)], after=BEGINNING, at=NOW)
    turned = dict(reversed(values.items()))
    (other,) = seal([make_entry(before=turned)], after=BEGINNING, at=NOW)
    assert one.sha256 == other.sha256
    assert json.loads(one.before) == values


def test_the_shell_has_no_principal():
    (entry,) = seal([make_entry(origin=SHELL)], after=BEGINNING, at=NOW)
    assert (entry.actor, entry.principal_id, entry.client_address) == (Actor.OPS, None, None)


def test_a_job_is_told_by_its_status_and_courier():
    assert traits_of(make_job()) == {"status": "open", "attempt": 1, "courier_id": None}
