"""Pictures are known by their first bytes, and nothing that they say makes it slow or strange."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.errors import ProofInvalidError
from service.domain.picture import Picture, PictureType, read_picture
from service.simulation.pictures import png

JPEG_HEAD = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
FRAME = b"\xff\xc2\x00\x11\x08" + struct.pack(">HH", 480, 640)
RIFF = b"RIFF\x00\x00\x00\x00WEBP"
VP8X = RIFF + b"VP8X\x0a\x00\x00\x00" + bytes(4) + b"\x7f\x02\x00" + b"\xdf\x01\x00"
VP8L = RIFF + b"VP8L\x00\x00\x00\x00\x2f" + struct.pack("<I", 639 | 479 << 14)
VP8 = RIFF + b"VP8 \x00\x00\x00\x00" + b"\x00\x00\x00\x9d\x01\x2a" + struct.pack("<HH", 640, 480)
COMMENT = b"\xff\xff\xfe\x00\x03x"  # filled up with a byte, as is allowed


@pytest.mark.parametrize(
    ("content", "type_"),
    [
        (png(640, 480), PictureType.PNG),
        (JPEG_HEAD + COMMENT + FRAME, PictureType.JPEG),
        (VP8X, PictureType.WEBP),
        (VP8L, PictureType.WEBP),
        (VP8, PictureType.WEBP),
    ],
)
def test_each_kind_says_what_it_is_and_how_large(content, type_):
    assert read_picture(content) == Picture(type=type_, width_px=640, height_px=480)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<!doctype html>",
        b"GIF89a" + bytes(20),
        b"%PDF-1.7",
        b"RIFF\x00\x00\x00\x00WAVEfmt ",
        RIFF + b"ANIM" + bytes(20),
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIDAT" + bytes(8),
        JPEG_HEAD + b"\xff\xda\x00\x02",
        JPEG_HEAD + b"\xff\xd9",
        JPEG_HEAD + b"\xff\xfe\x00\x00",
        JPEG_HEAD + b"no marker",
    ],
)
def test_what_is_no_picture_is_refused(content):
    with pytest.raises(ProofInvalidError):
        read_picture(content)


@pytest.mark.parametrize("content", [png(640, 480)[:24], JPEG_HEAD + FRAME, VP8X, VP8L, VP8])
def test_a_picture_that_is_cut_off_is_refused(content):
    for length in range(len(content) - 1):
        with pytest.raises(ProofInvalidError):
            read_picture(content[:length])


@given(st.sampled_from([b"", JPEG_HEAD, RIFF + b"VP8X", b"\x89PNG\r\n\x1a\n"]), st.binary())
def test_whatever_comes_is_a_picture_or_refused(head, rest):
    try:
        found = read_picture(head + rest)
    except ProofInvalidError:
        return
    assert found.type in PictureType


def test_a_jpeg_without_end_is_given_up_soon():
    """A marker may be filled up with any number of bytes, and a mebibyte of them means nothing."""
    with pytest.raises(ProofInvalidError):
        read_picture(b"\xff\xd8" + b"\xff" * 1_000_000)
