"""Frames from strangers: a message, a wrong value, or nothing we know, and never a crash."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.wire.courier_stream import Resume
from service.wire.incoming import (
    InvalidMessage,
    MalformedMessageError,
    read_client_message,
    read_watcher_message,
)


def test_a_message_is_read():
    assert read_client_message('{"type":"resume","after_seq":7}') == Resume(after_seq=7)


@pytest.mark.parametrize(
    "text",
    [
        '{"type":"ack"}',
        '{"type":"ack","offer_id":"7"}',
        '{"type":"report_position","seq":-1,"lat_deg":1,"lng_deg":1}',
        '{"type":"report_position","seq":1,"lat_deg":1,"lng_deg":180.1}',
        '{"type":"report_position","seq":1,"lat_deg":"1","lng_deg":1}',
        '{"type":"report_position","seq":1,"lat_deg":1,"lng_deg":1,"fixed_at":"2026-05-04T12:00"}',
        '{"type":"resume","after_seq":1e3,"admin":true}',
    ],
)
def test_a_wrong_value_is_told_with_the_reference(text):
    read = read_client_message(text[:-1] + ',"ref":"r"}')
    assert isinstance(read, InvalidMessage)
    assert read.ref == "r"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "{}",
        '{"type":7}',
        '{"type":"hello"}',  # ours, not theirs
        '{"type":"ack","ref":7}',
        '{"type":"report_position","seq":1,"lat_deg":NaN,"lng_deg":1}',
        "[" * 100_000,
    ],
)
def test_anything_else_is_malformed(text):
    with pytest.raises(MalformedMessageError):
        read_client_message(text)


@given(st.text())
def test_no_text_is_a_crash(text):
    for read in (read_client_message, read_watcher_message):
        with pytest.raises(MalformedMessageError):
            read(text)
