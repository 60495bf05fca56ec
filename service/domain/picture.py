"""What kind of picture some bytes are, and how large; and the picture without what is not shown.

It is read from its beginning to its end, never decoded: whoever shows it does that. We know that it
is none of the things that a browser would run, that it is whole, and that it does not tell where
and by whom it was taken.
"""

import struct
from enum import StrEnum

from msgspec import Struct

from service.domain import jpeg, png, webp
from service.domain.errors import ProofInvalidError


class PictureType(StrEnum):
    """Media types."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    WEBP = "image/webp"


class Picture(Struct, frozen=True, kw_only=True):
    type: PictureType
    width_px: int
    height_px: int
    content: bytes  # without EXIF, texts, previews and what follows the end


def read_picture(content: bytes) -> Picture:
    """Return the picture that the bytes are, as it is to be kept.

    The same bytes are always the same picture, and what was kept is kept again as it is.

    Raises:
        ProofInvalidError: they are no whole picture that we know.
    """
    try:
        if content.startswith(jpeg.START):
            return _picture(PictureType.JPEG, *jpeg.clean(content))
        if content.startswith(png.SIGNATURE):
            return _picture(PictureType.PNG, *png.clean(content))
        if webp.is_webp(content):
            return _picture(PictureType.WEBP, *webp.clean(content))
    except (struct.error, IndexError):
        raise ProofInvalidError("the picture is cut off") from None
    raise ProofInvalidError("this is no JPEG, PNG or WebP")


def _picture(type_: PictureType, width_px: int, height_px: int, content: bytes) -> Picture:
    return Picture(type=type_, width_px=width_px, height_px=height_px, content=content)
