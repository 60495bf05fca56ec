"""What a merchant's new key may be for, and how many there may be."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.errors import CapacityExceededError, ForbiddenError
from service.domain.keyring import (
    KEYS_COUNT_MAX,
    SAME_NAME_COUNT_MAX,
    IssuedKey,
    check_new_key,
)
from service.domain.permission import Scope

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def issued(name="shop", **changes):
    values = {
        "id": "0" * 8,
        "name": name,
        "scopes": (Scope.JOBS_READ,),
        "allowed_from": (),
        "created_at": NOW,
        "last_used_at": None,
        "expires_at": None,
        "revoked_at": None,
    }
    return IssuedKey(**values | changes)


def check(keys, *, scopes=(Scope.JOBS_READ,), granted_by=tuple(Scope)):
    check_new_key(keys, name="shop", scopes=scopes, granted_by=granted_by, now=NOW)


scopes = st.lists(st.sampled_from(Scope), unique=True)


@given(scopes, scopes)
def test_a_key_passes_on_what_it_may_do_itself_and_no_more(wanted, granted_by):
    if set(wanted) <= set(granted_by):
        check([], scopes=wanted, granted_by=granted_by)
    else:
        with pytest.raises(ForbiddenError):
            check([], scopes=wanted, granted_by=granted_by)


def test_two_keys_of_one_name_are_active_while_they_are_exchanged():
    check([issued()])
    with pytest.raises(CapacityExceededError):
        check([issued()] * SAME_NAME_COUNT_MAX)


@pytest.mark.parametrize("change", [{"revoked_at": NOW}, {"expires_at": NOW}])
def test_keys_that_are_over_do_not_count(change):
    check([issued(**change)] * (KEYS_COUNT_MAX + 1))


def test_a_key_counts_until_its_last_instant():
    with pytest.raises(CapacityExceededError):
        check([issued(expires_at=NOW + timedelta(microseconds=1))] * SAME_NAME_COUNT_MAX)


def test_there_are_only_so_many_keys_of_all_names():
    check([issued(name=str(number)) for number in range(KEYS_COUNT_MAX - 1)])
    with pytest.raises(CapacityExceededError):
        check([issued(name=str(number)) for number in range(KEYS_COUNT_MAX)])
