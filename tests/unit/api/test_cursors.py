"""Cursors come back as they went; anything else is refused."""

import base64
from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.api.cursors import (
    LinePlace,
    cursor_of_id,
    cursor_of_line,
    cursor_of_sequence,
    id_of_cursor,
    line_of_cursor,
    sequence_of_cursor,
)
from service.domain.errors import InvalidParamsError


@given(st.uuids())
def test_an_id_comes_back(id_):
    assert id_of_cursor(cursor_of_id(id_)) == id_


@given(st.integers(0, 2**63 - 1))
def test_a_sequence_comes_back(sequence):
    assert sequence_of_cursor(cursor_of_sequence(sequence)) == sequence


INSTANTS = st.datetimes(timezones=st.just(UTC))


@given(INSTANTS, INSTANTS, st.uuids())
def test_a_line_of_a_statement_comes_back(until, at, id_):
    place = LinePlace(until=until, at=at, id=id_)
    cursor = cursor_of_line(place)
    assert line_of_cursor(cursor) == place
    assert len(cursor) <= 64


@pytest.mark.parametrize(
    "packed", [b"l" + b"\x7f" * 32, b"l" + bytes(8) + b"\x7f" * 24, b"l" + b"\x80" * 8 + bytes(24)]
)
def test_an_instant_beyond_all_calendars_is_refused(packed):
    with pytest.raises(InvalidParamsError):
        line_of_cursor(base64.urlsafe_b64encode(packed).rstrip(b"=").decode())


def test_no_cursor_is_the_beginning():
    assert id_of_cursor(None) is None
    assert sequence_of_cursor(None) == 0
    assert line_of_cursor(None) is None


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
