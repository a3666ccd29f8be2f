"""Pictures made of pixels: checked, bare of metadata, upright, and not too large."""

from __future__ import annotations

import io
import warnings
from typing import NamedTuple

from PIL import Image, ImageOps

from builder.source.metadata import without_metadata

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
            # MPO is a JPEG with previews or a second view behind it.
            kind, size = str(opened.format).replace("MPO", "JPEG"), opened.size
            if size[0] * size[1] <= MAX_PIXELS:
                return _usable(opened, kind, data)
    except Exception as error:  # Pillow's decoders raise many kinds
        raise NotUsableError("it is broken or not a picture") from error
    message = f"it has {size[0]:,} × {size[1]:,} pixels, the limit is {MAX_PIXELS:,} in all"
    raise NotUsableError(message)


def _usable(opened: Image.Image, kind: str, data: bytes) -> Raster:
    is_large = max(opened.size) > MAX_SIDE and kind != "GIF"  # which may move
    if is_large or opened.getexif().get(_ORIENTATION, 1) != 1:
        data = _made_again(opened, kind)
    bare = without_metadata(kind, data)
    with Image.open(io.BytesIO(bare), formats=_KINDS) as kept:
        kept.load()
        return Raster(kind, bare, *kept.size)


def _made_again(opened: Image.Image, kind: str) -> bytes:
    """Return the picture upright and not too large."""
    opened.draft(None, (MAX_SIDE, MAX_SIDE))  # a JPEG can be read at half its size
    upright = ImageOps.exif_transpose(opened)
    upright.thumbnail((MAX_SIDE, MAX_SIDE))
    made = io.BytesIO()
    upright.save(made, kind, quality=_QUALITY, icc_profile=opened.info.get("icc_profile"))
    return made.getvalue()
