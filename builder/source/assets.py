"""The course's pictures and sounds: read once, checked by what they are and not by their names."""

from __future__ import annotations

import hashlib
import json
import os
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from builder import kept
from builder.diagnostics import Diagnostic, quoted, warning
from builder.model import Asset, Audio, Image
from builder.source.audio import SUFFIXES as SOUNDS
from builder.source.audio import sound_type
from builder.source.read import lies_inside, read_bytes

if TYPE_CHECKING:
    from builder.source.raster import Raster

_KIND = "picture"  # of pieces that are kept between builds: one takes up to 50 ms
MAX_BYTES = 20_000_000
_TYPES = {
    "PNG": ("image/png", (".png",)),
    "JPEG": ("image/jpeg", (".jpg", ".jpeg")),
    "GIF": ("image/gif", (".gif",)),
    "WEBP": ("image/webp", (".webp",)),
}


def read_asset(
    folder: Path, image: Image | Audio, shown: str
) -> tuple[Asset | None, Diagnostic | None]:
    """Return the file of a course folder that an image names, or what is wrong with it, or both."""
    path = folder / image.asset
    what = "picture" if isinstance(image, Image) else "sound"
    if not os.path.lexists(path):
        hint = "check the path; it starts from the topic's own folder"
        message = f"there is no {what} {quoted(f'{shown}/{image.asset}')}"
        return None, Diagnostic("image-missing", message, image.span, hint)
    if not lies_inside(path, folder):
        hint = f"copy the {what} into the course's folder"
        message = f"this {what} is a link that leaves the course"
        return None, Diagnostic("path-outside", message, image.span, hint)
    data, problem = read_bytes(path, image.asset, MAX_BYTES)
    if data is None:
        why = problem.message.rpartition(": ")[2] if problem else "it can't be read"
        return None, _unreadable(image, why)
    return _sound(image, data) if isinstance(image, Audio) else _picture(image, data)


def _unreadable(image: Image | Audio, why: str) -> Diagnostic:
    what, hint = "sound", "save it again as MP3, Ogg, WAV, M4A or FLAC"
    if isinstance(image, Image):
        what, hint = "picture", "save it again as PNG, JPEG, GIF, WebP or plain SVG"
    message = f"the {what} {quoted(image.asset)} can't be used: {why}"
    return Diagnostic("image-unreadable", message, image.span, hint)


def _sound(audio: Audio, data: bytes) -> tuple[Asset | None, Diagnostic | None]:
    kind = sound_type(data)
    if SOUNDS[PurePosixPath(audio.asset).suffix.lower()] != kind:
        endings = " or ".join(ending for ending, name in SOUNDS.items() if name == kind)
        why = f"its name must end in {endings}" if kind else "it is broken or not a sound"
        return None, _unreadable(audio, why)
    return Asset(audio.asset, data, kind, 0, 0), None


def _picture(image: Image, data: bytes) -> tuple[Asset | None, Diagnostic | None]:
    from builder.source.raster import NotUsableError  # noqa: PLC0415 - it loads Pillow

    is_svg = PurePosixPath(image.asset).suffix.lower() == ".svg"
    try:
        return _drawing(image, data) if is_svg else (_raster(image, data), None)
    except NotUsableError as error:
        return None, _unreadable(image, str(error))


def _drawing(image: Image, data: bytes) -> tuple[Asset, Diagnostic | None]:
    from builder.source.svg import read_svg  # noqa: PLC0415 - it loads Pillow

    drawing = read_svg(data)
    asset = Asset(image.asset, drawing.data, "image/svg+xml", drawing.width, drawing.height)
    if not drawing.left_out:
        return asset, None
    message = f"parts of {quoted(image.asset)} will not be seen: {', '.join(drawing.left_out)}"
    hint = "draw them as shapes, or save the picture as PNG"
    return asset, warning("image-cleaned", message, image.span, hint)


def _raster(image: Image, data: bytes) -> Asset:
    from builder.source.raster import NotUsableError  # noqa: PLC0415 - it loads Pillow

    raster = _known_raster(data)
    media_type, suffixes = _TYPES[raster.kind]
    if PurePosixPath(image.asset).suffix.lower() not in suffixes:
        raise NotUsableError(f"it is {raster.kind}, so its name must end in {suffixes[0]}")
    return Asset(image.asset, raster.data, media_type, raster.width, raster.height)


def _known_raster(data: bytes) -> Raster:
    """Return a picture as it can be used; one that was decoded in an earlier build isn't again."""
    from builder.source.raster import Raster  # noqa: PLC0415 - it loads Pillow

    made = kept.piece(_KIND, hashlib.sha256(data).hexdigest(), partial(_decoded, data))
    head, _, changed = made.partition(b"\n")
    kind, width, height = json.loads(head)
    return Raster(kind, changed or data, width, height)


def _decoded(data: bytes) -> bytes:
    """Return what is kept of a picture: its kind and size, and its bytes if they had to change."""
    from builder.source.raster import read_raster  # noqa: PLC0415 - it loads Pillow

    raster = read_raster(data)
    head = json.dumps([raster.kind, raster.width, raster.height]).encode()
    return head + b"\n" + (raster.data if raster.data != data else b"")
