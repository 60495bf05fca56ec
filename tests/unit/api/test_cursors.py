"""Cursors come back as they went; anything else is refused."""

import base64
from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.api.cursors import (
    cursor_of_id,
    cursor_of_instant,
    cursor_of_sequence,
    id_of_cursor,
    instant_of_cursor,
    sequence_of_cursor,
)
from service.domain.errors import InvalidParamsError


@given(st.uuids())
def test_an_id_comes_back(id_):
    assert id_of_cursor(cursor_of_id(id_)) == id_


@given(st.integers(0, 2**63 - 1))
def test_a_sequence_comes_back(sequence):
    assert sequence_of_cursor(cursor_of_sequence(sequence)) == sequence


@given(st.datetimes(timezones=st.just(UTC)), st.uuids())
def test_an_instant_comes_back(at, id_):
    assert instant_of_cursor(cursor_of_instant(at, id_)) == (at, id_)


def test_an_instant_beyond_all_calendars_is_refused():
    beyond = base64.urlsafe_b64encode(b"t" + b"\x7f" * 24).rstrip(b"=").decode()
    with pytest.raises(InvalidParamsError):
        instant_of_cursor(beyond)


def test_no_cursor_is_the_beginning():
    assert id_of_cursor(None) is None
    assert sequence_of_cursor(None) == 0
    assert instant_of_cursor(None) == (None, None)


@given(st.one_of(st.text(max_size=64), st.binary(max_size=24).map(lambda b: b.hex())))
def test_other_text_is_refused_in_the_words_of_the_domain(text):
    for read, write in ((id_of_cursor, cursor_of_id), (sequence_of_cursor, cursor_of_sequence)):
        try:
            value = read(text)
        except InvalidParamsError:
            continue
        assert read(write(value)) == value


def test_a_cursor_of_one_list_is_refused_by_the_other():
    with pytest.raises(InvalidParamsError):
        id_of_cursor(cursor_of_sequence(7))
