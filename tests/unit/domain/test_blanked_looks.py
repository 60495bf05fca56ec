"""Looks are blanked in their time: the chain goes on over them, and over nothing else."""

from datetime import timedelta
from functools import partial

import pytest
from msgspec.structs import replace

from service.domain.audit_log import (
    BEGINNING,
    BLANK,
    LOOKS,
    AuditAction,
    breaks,
    digest,
    seal,
)
from service.domain.audit_log import blanked as blanked_at
from service.domain.vocabulary import Actor
from tests.unit.domain.makers import NOW
from tests.unit.domain.test_audit_log import make_entry

LATER = NOW + timedelta(days=365)
blanked = partial(blanked_at, at=LATER)
OTHERS = {
    "principal_id": None,
    "credential_id": "zzzz9999",
    "subject": "whereabouts:9",
    "before": '{"a":1}',
    "after": '{"a":1}',
    "reason": "none",
    "request_id": None,
    "client_address": None,
}


def broken(entries, *, before=NOW):
    return list(breaks(entries, after=BEGINNING, blanked_before=before))


def look(**changes):
    values = {"action": AuditAction.LOOK_AT_COURIER, "subject": "whereabouts:1", "reason": None}
    return make_entry(**(values | {"before": {}, "after": {}} | changes))


@pytest.fixture
def entries():
    """An act, two looks, an act."""
    asked = [make_entry(), look(), look(action=AuditAction.LOOK_AT_CONTACTS), make_entry()]
    return seal(asked, after=BEGINNING, at=NOW)


def with_one(entries, place, entry):
    return [*entries[:place], entry, *entries[place + 1 :]]


def test_looks_are_what_is_named_so():
    assert {str(action) for action in LOOKS} == {
        "look_at_contacts",
        "look_at_courier",
        "look_at_proof",
        "look_at_record",
    }


def test_looks_and_acts_are_one_chain(entries):
    assert broken(entries) == []
    assert [entry.content_sha256 is not None for entry in entries] == [False, True, True, False]


def test_the_chain_goes_on_over_what_is_blanked_and_its_hashes_stay(entries):
    left = with_one(with_one(entries, 1, blanked(entries[1])), 2, blanked(entries[2]))
    assert broken(left) == []
    assert [entry.sha256 for entry in left] == [entry.sha256 for entry in entries]
    assert "whereabouts" not in str(left[1])
    assert (left[1].principal_id, left[1].client_address) == (None, None)


@pytest.mark.parametrize("name", OTHERS)
def test_each_part_of_a_look_counts_while_it_is_there(entries, name):
    assert OTHERS.keys() == BLANK.keys()
    changed = replace(entries[1], **{name: OTHERS[name]})
    assert broken(with_one(entries, 1, changed)) == ["entry 2 tells something else than was hashed"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("market_id", "graz"),
        ("number", 9),
        ("at", NOW - timedelta(seconds=1)),
        ("actor", Actor.SYSTEM),
        ("action", AuditAction.LOOK_AT_RECORD),
        ("previous_sha256", "1" * 64),
        ("sha256", "1" * 64),
        ("content_sha256", "1" * 64),
        ("content_sha256", None),
    ],
)
def test_what_is_left_of_a_look_counts_for_good(entries, name, value):
    changed = replace(blanked(entries[1]), **{name: value})
    assert broken(with_one(entries, 1, changed))


@pytest.mark.parametrize("name", OTHERS)
def test_a_blanked_look_tells_nothing_new(entries, name):
    value = OTHERS[name] or "00000000-0000-0000-0000-000000000009"
    changed = replace(blanked(entries[1]), **{name: value})
    assert broken(with_one(entries, 1, changed)) == ["entry 2 is blanked and tells something"]


def test_a_look_that_is_blanked_before_its_time_is_found(entries):
    left = with_one(entries, 1, blanked(entries[1]))
    early = NOW - timedelta(microseconds=1)
    assert broken(left, before=early) == ["entry 2 was blanked before its time"]


def test_an_act_that_is_blanked_is_found_whatever_it_is_called(entries):
    act = blanked(entries[3])
    assert "entry 4 is blanked and no look" in broken(with_one(entries, 3, act))
    assert broken(with_one(entries, 3, replace(act, sha256=digest(act))))[-1].endswith("no look")
    named = replace(act, action=AuditAction.LOOK_AT_RECORD, content_sha256="1" * 64)
    assert broken(with_one(entries, 3, named)) == ["entry 4 is not what was hashed"]


def test_an_act_whose_content_would_be_hashed_apart_is_none_of_ours(entries):
    apart = replace(entries[3], content_sha256="1" * 64)
    forged = replace(apart, sha256=digest(apart))
    assert broken(with_one(entries, 3, forged))
    left = blanked(forged)
    assert broken(with_one(entries, 3, left)) == ["entry 4 is blanked and no look"]


def test_a_look_of_before_there_was_an_end_holds_and_stays(entries):
    whole = replace(entries[1], content_sha256=None)
    whole = replace(whole, sha256=digest(whole))
    assert broken([entries[0], whole]) == []
    assert "entry 2 is blanked and no look" in broken([entries[0], blanked(whole)])


def test_a_blanked_look_cannot_be_left_out_or_moved(entries):
    one, other = blanked(entries[1]), blanked(entries[2])
    assert broken([entries[0], other, entries[3]])
    assert broken([entries[0], other, one, entries[3]])
