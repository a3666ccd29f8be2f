"""Pictures made of pixels: checked, turned upright, and made smaller where they are very large."""

from __future__ import annotations

import io
import warnings
from typing import NamedTuple

from PIL import Image, ImageOps

MAX_PIXELS = 50_000_000
# No page shows more: 300 to an inch over 200 mm.
MAX_SIDE = 2400
_QUALITY = 88  # of what is encoded again
_ORIENTATION = 0x0112  # the Exif tag
_KINDS = ("PNG", "JPEG", "GIF", "WEBP")


class NotUsableError(Exception):
    """Why a picture can't be used."""


class Raster(NamedTuple):
    """A picture's kind in Pillow's words, its bytes, and its width and height in pixels."""

    kind: str
    data: bytes
    width: int
    height: int


def read_raster(data: bytes) -> Raster:
    """Return a picture that can be used; raises `NotUsableError`."""
    try:
        with warnings.catch_warnings(action="ignore"):  # of odd metadata, and of size: see below
            opened = Image.open(io.BytesIO(data), formats=_KINDS)
            kind, size = str(opened.format), opened.size
            if size[0] * size[1] <= MAX_PIXELS:
                return _usable(opened, kind, data)
    except Exception as error:  # Pillow's decoders raise many kinds
        raise NotUsableError("it is broken or not a picture") from error
    message = f"it has {size[0]:,} × {size[1]:,} pixels, the limit is {MAX_PIXELS:,} in all"
    raise NotUsableError(message)


def _usable(opened: Image.Image, kind: str, data: bytes) -> Raster:
    turned = opened.getexif().get(_ORIENTATION, 1) != 1
    is_large = max(opened.size) > MAX_SIDE and kind != "GIF"  # which may move
    if not turned and not is_large:
        opened.load()
        return Raster(kind, data, *opened.size)
    opened.draft(None, (MAX_SIDE, MAX_SIDE))  # a JPEG can be read at half its size
    upright = ImageOps.exif_transpose(opened)
    upright.thumbnail((MAX_SIDE, MAX_SIDE))
    made = io.BytesIO()
    upright.save(made, kind, quality=_QUALITY, icc_profile=opened.info.get("icc_profile"))
    return Raster(kind, made.getvalue(), *upright.size)
