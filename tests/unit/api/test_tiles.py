"""Which bytes of an archive a request gets, and which archives are taken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.api.pages import prepare
from service.api.tiles import RANGE_BYTES_MAX, kind_of, span_of
from service.domain.errors import InvalidParamsError
from service.settings import Settings

SIZE = 10_000_000


def header(*, magic=b"PMTiles\x03", internal=2, tile=2, kind=1):
    return magic + bytes(97 - len(magic)) + bytes([internal, tile, kind]) + bytes(27)


@given(
    begin=st.integers(0, 2 * SIZE), last=st.integers(0, 2 * SIZE), bytes_count=st.integers(0, SIZE)
)
def test_a_span_is_within_the_file_and_its_limit_or_refused(begin, last, bytes_count):
    is_good = begin <= last and begin < bytes_count and last - begin < RANGE_BYTES_MAX
    if is_good:
        span = span_of(f"bytes={begin}-{last}", bytes_count=bytes_count)
        assert (span.begin, span.end) == (begin, min(last + 1, bytes_count))
    else:
        with pytest.raises(InvalidParamsError):
            span_of(f"bytes={begin}-{last}", bytes_count=bytes_count)


@pytest.mark.parametrize(
    "header",
    [
        *(None, "", "bytes=0-", "bytes=-5", "bytes=0-1,3-4", "lines=0-1", "bytes=0x0-1"),
        *("bytes=\u0661-\u0662", f"bytes=0-{10**30}", "bytes=0-1 "),
    ],
)
def test_what_is_not_one_plain_range_is_refused(header):
    with pytest.raises(InvalidParamsError):
        span_of(header, bytes_count=SIZE)


@pytest.mark.parametrize(("kind", "meant"), [(1, "vector"), (2, "raster"), (5, "raster")])
def test_the_header_says_what_the_tiles_are(kind, meant):
    assert kind_of(header(kind=kind), "a") == meant


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (b"", "version 3"),
        (header()[:-1], "version 3"),
        (header(magic=b"PMTiles\x02"), "version 3"),
        (header(internal=3), "gzip"),
        (header(tile=4), "gzip"),
        (header(kind=0), "unknown"),
    ],
)
def test_an_archive_that_browsers_cannot_read_is_told_at_the_start(bad, why):
    with pytest.raises(ValueError, match=why):
        kind_of(bad, "a.pmtiles")


def test_a_process_does_not_start_upon_what_is_no_archive(tmp_path):
    (tmp_path / "city.pmtiles").write_bytes(b"roads")
    settings = Settings(database_url="", redis_url="", map_tiles=str(tmp_path / "city.pmtiles"))
    with pytest.raises(ValueError, match="no PMTiles archive"):
        prepare(settings)
