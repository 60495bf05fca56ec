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
from service.wire.watcher_stream import Unwatch, Watch


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


BOX = '"south_deg":48.1,"west_deg":16.2,"north_deg":48.3,"east_deg":16.5'


def test_a_console_says_what_it_shows():
    assert read_watcher_message('{"type":"watch",' + BOX + ',"zoom":13.5}') == Watch(
        south_deg=48.1, west_deg=16.2, north_deg=48.3, east_deg=16.5, zoom=13.5, frames_per_s=1.0
    )
    assert read_watcher_message('{"type":"unwatch"}') == Unwatch()


@pytest.mark.parametrize(
    "text",
    [
        '{"type":"watch"}',
        '{"type":"watch",' + BOX + "}",
        '{"type":"watch",' + BOX + ',"zoom":22.1}',
        '{"type":"watch",' + BOX + ',"zoom":13,"frames_per_s":4.1}',
        '{"type":"watch",' + BOX + ',"zoom":13,"frames_per_s":0}',
        '{"type":"watch",' + BOX.replace("48.1", "48.4") + ',"zoom":13}',
        '{"type":"watch",' + BOX.replace("48.1", "-90.1") + ',"zoom":13}',
        '{"type":"watch",' + BOX.replace("16.5", "180.1") + ',"zoom":13}',
        '{"type":"watch",' + BOX + ',"zoom":13,"market":"graz"}',
    ],
)
def test_a_view_out_of_range_is_told(text):
    assert isinstance(read_watcher_message(text), InvalidMessage)


@given(st.text())
def test_no_text_is_a_crash(text):
    for read in (read_client_message, read_watcher_message):
        with pytest.raises(MalformedMessageError):
            read(text)
