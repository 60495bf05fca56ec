"""Pictures are whole, of a kind that is shown, and kept without what cameras write into them."""

import io
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from service.domain.errors import ProofInvalidError
from service.domain.picture import PictureType, read_picture
from service.simulation.pictures import png

SECRET = b"48.2082 N 16.3738 E"
WIDTH_PX, HEIGHT_PX = 48, 32
FORMATS = {"JPEG": PictureType.JPEG, "PNG": PictureType.PNG, "WEBP": PictureType.WEBP}


def drawn(mode="RGB"):
    """Return pixels that are no plain colour."""
    picture = Image.linear_gradient("L").resize((WIDTH_PX, HEIGHT_PX))
    return Image.merge("RGB", (picture, picture.transpose(0), picture)).convert(mode)


def exif():
    """Return what a phone writes: the place, in the GPS part, and its owner."""
    written = Image.Exif()
    written[0x013B] = SECRET.decode()  # artist
    written.get_ifd(0x8825)[1] = "N"
    written.get_ifd(0x8825)[2] = (48.0, 12.0, 29.5)
    return written


def taken(format_, mode="RGB", **options):
    """Return a picture as another's library writes it, with all that can be written into it."""
    out = io.BytesIO()
    more = {"exif": exif(), **options}
    if format_ == "PNG":
        texts = PngImagePlugin.PngInfo()
        texts.add_text("Comment", SECRET.decode())
        texts.add_itxt("XML:com.adobe.xmp", SECRET.decode())
        texts.add_text("Long", SECRET.decode(), zip=True)
        more["pnginfo"] = texts
    elif format_ == "WEBP":
        more["xmp"] = SECRET
    else:
        more |= {"comment": SECRET, "xmp": SECRET}
    drawn(mode).save(out, format_, icc_profile=bytes(range(200)), **more)
    return out.getvalue()


TAKEN = {
    "jpeg": taken("JPEG"),
    "jpeg, progressive": taken("JPEG", progressive=True),
    "jpeg, of shades of grey, with restarts": taken("JPEG", "L", restart_marker_rows=1),
    "jpeg, for print": taken("JPEG", "CMYK"),
    "png": taken("PNG"),
    "png, transparent": taken("PNG", "RGBA"),
    "png, of few colours": taken("PNG", "P"),
    "webp": taken("WEBP"),
    "webp, transparent": taken("WEBP", "RGBA"),
    "webp, lossless": taken("WEBP", lossless=True),
}
each = pytest.mark.parametrize("content", TAKEN.values(), ids=TAKEN.keys())


def opened(content):
    return Image.open(io.BytesIO(content))


@each
def test_what_is_kept_shows_the_same_and_tells_nothing_else(content):
    assert b"Exif" in content or b"EXIF" in content or b"eXIf" in content
    found = read_picture(content)
    before, after = opened(content), opened(found.content)
    assert found.type is FORMATS[after.format]
    assert (found.width_px, found.height_px) == after.size == (WIDTH_PX, HEIGHT_PX)
    assert after.tobytes() == before.tobytes()
    assert after.info["icc_profile"] == before.info["icc_profile"]
    assert not after.getexif()
    for trace in (SECRET, b"Exif", b"EXIF", b"eXIf", b"XMP", b"xmp", b"Comment", b"Long"):
        assert trace not in found.content
    assert read_picture(found.content) == found  # nothing is left to be taken out


@each
def test_what_follows_the_end_is_not_kept(content):
    film = b"ftypmp42" + SECRET
    assert read_picture(content + film) == read_picture(content)


@each
def test_a_picture_that_is_cut_off_is_refused(content):
    for length in range(len(content) - 1):
        with pytest.raises(ProofInvalidError):
            read_picture(content[:length])


@each
def test_a_header_alone_is_no_picture(content):
    for length in (3, 12, 30, 60):
        with pytest.raises(ProofInvalidError):
            read_picture(content[:length] + bytes(100))


def test_a_preview_of_what_was_cut_away_is_not_kept():
    content = TAKEN["jpeg"]
    preview = b"\x01\x01" + SECRET[:3]  # one pixel
    start, end = content.index(b"JFIF"), content.index(b"JFIF") + 12
    header = struct.pack(">HH", 0xFFE0, 16 + 3) + content[start:end] + preview
    more = struct.pack(">HH", 0xFFE0, 2 + 5 + len(SECRET)) + b"JFXX\0" + SECRET
    found = read_picture(content[: start - 4] + header + more + content[end + 2 :])
    assert found == read_picture(content)
    assert b"JFIF" in found.content


def test_a_film_is_no_picture_and_of_a_moving_png_the_first_is_kept():
    out = io.BytesIO()
    drawn().save(out, "WEBP", save_all=True, append_images=[drawn().rotate(180)])
    with pytest.raises(ProofInvalidError):
        read_picture(out.getvalue())
    moving = io.BytesIO()
    drawn().save(moving, "PNG", save_all=True, append_images=[drawn().rotate(180)])
    still = opened(read_picture(moving.getvalue()).content)
    assert not getattr(still, "is_animated", False)
    assert still.tobytes() == drawn().tobytes()


def riff(*parts):
    body = b"".join(name + struct.pack("<I", len(data)) + data for name, data in parts)
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WEBP" + body


def chunk(name, data=b""):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


START, FRAME = b"\xff\xd8", b"\xff\xc0\x00\x0b\x08\x00\x20\x00\x30\x01\x01\x11\x00"
SCAN, DATA, END = b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00", b"\x12\x34", b"\xff\xd9"
HEADER = png(32, 32)[:33]
VP8L = b"\x2f" + struct.pack("<I", 31 | 31 << 14) + b"\0"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<!doctype html>",
        b"GIF89a" + bytes(20),
        b"%PDF-1.7",
        b"RIFF\x0c\x00\x00\x00WAVEfmt " + bytes(8),
        START + FRAME + SCAN + END,  # a scan of nothing
        START + SCAN + DATA + END,
        START + FRAME + END,
        START + FRAME + FRAME + SCAN + DATA + END,
        START + FRAME.replace(b"\xc0", b"\xc9") + SCAN + DATA + END,  # a coding nobody shows
        START + b"\xff\xfe\x00\x00" + FRAME + SCAN + DATA + END,
        START + b"no marker" + FRAME + SCAN + DATA + END,
        START + FRAME + (SCAN + DATA) * 101 + END,
        START + b"\xff\xfe\x00\x02" * 1_001 + FRAME + SCAN + DATA + END,
        HEADER + chunk(b"IEND"),
        HEADER + chunk(b"IDAT") + chunk(b"IEND"),
        HEADER + chunk(b"IDAT", b"x") + HEADER[8:] + chunk(b"IEND"),
        HEADER + chunk(b"NEED", b"x") + chunk(b"IDAT", b"x") + chunk(b"IEND"),
        HEADER + chunk(b"IDAT", b"x")[:-1] + b"\0" + chunk(b"IEND"),
        HEADER[:8] + chunk(b"IDAT", bytes(13)) + chunk(b"IEND"),
        riff(),
        riff((b"VP8X", bytes(10))),
        riff((b"VP8L", VP8L), (b"VP8L", VP8L)),
        riff((b"EXIF", b"xx"), (b"VP8L", VP8L)),
        riff((b"VP8X", bytes(10)), (b"VP8L", VP8L)),  # two sizes
        riff((b"VP8 ", bytes(20))),
    ],
)
def test_what_is_no_picture_is_refused(content):
    with pytest.raises(ProofInvalidError):
        read_picture(content)


def test_what_these_are_made_of_is_a_picture():
    """Else they would be refused for something else."""
    for content in (
        START + b"\xff" + FRAME + SCAN + DATA + END,
        HEADER + chunk(b"IDAT", b"x") + chunk(b"IEND"),
        riff((b"VP8L", VP8L)),
    ):
        assert read_picture(content).width_px in (32, 48)


@st.composite
def spoiled(draw):
    """Return a picture with parts of it replaced, repeated, left out or put in."""
    content = draw(st.sampled_from(sorted(TAKEN.values())))
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(content)))
        end = draw(st.integers(start, min(len(content), start + 40)))
        put_in = draw(st.binary(max_size=40) | st.just(content[start:end] * 2))
        content = content[:start] + put_in + content[end:]
    return content


HEADS = [b"", START, HEADER, HEADER[:8], b"RIFF\x20\0\0\0WEBP", b"RIFF\x20\0\0\0WEBPVP8X"]


@settings(max_examples=400, deadline=None)
@given(spoiled() | st.builds(bytes.__add__, st.sampled_from(HEADS), st.binary()))
def test_whatever_comes_is_refused_or_kept_without_what_was_written_in(content):
    try:
        found = read_picture(content)
    except ProofInvalidError:
        return
    assert len(found.content) <= len(content)
    assert read_picture(found.content) == found
    try:
        kept = opened(found.content)
    except (OSError, SyntaxError, ValueError):
        return  # whole, and spoiled within
    assert not kept.getexif()
    assert not {"exif", "xmp", "comment", "Comment", "XML:com.adobe.xmp"} & kept.info.keys()


def test_a_jpeg_without_end_is_given_up_soon():
    """A marker may be filled up with any number of bytes, and a mebibyte of them means nothing."""
    for content in (START + b"\xff" * 1_000_000, START + FRAME + SCAN + b"\xff\0" * 500_000):
        with pytest.raises(ProofInvalidError):
            read_picture(content)
