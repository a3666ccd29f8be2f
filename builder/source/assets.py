"""The course's pictures: read once, checked by what they are and not by what they are called."""

from __future__ import annotations

import io
import os
import re
import warnings
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree as ET

from builder.diagnostics import Diagnostic, quoted
from builder.model import Asset, Image
from builder.source.read import lies_inside, read_bytes

MAX_BYTES = 20_000_000
MAX_PIXELS = 50_000_000
MAX_SHAPES = 200_000  # of an SVG, with those that it repeats by reference
_MAX_DEPTH = 100
_TYPES = {
    "PNG": ("image/png", (".png",)),
    "JPEG": ("image/jpeg", (".jpg", ".jpeg")),
    "GIF": ("image/gif", (".gif",)),
    "WEBP": ("image/webp", (".webp",)),
    "SVG": ("image/svg+xml", (".svg",)),
}
_SVG = "{http://www.w3.org/2000/svg}"
# What may not stand in a picture: each could run code, or fetch something, for the reader.
_LIVE = {"script", "foreignObject", "iframe", "a", "image", "feImage", "handler", "set", "animate"}
_FETCHES = re.compile(r"url\(\s*+['\"]?+(?!#)|@import|expression\(|javascript:", re.IGNORECASE)
_REFERENCE = re.compile(r"url\(\s*['\"]?#([^)'\"\s]+)|^\s*#(.+)$")


def read_asset(folder: Path, image: Image, shown: str) -> tuple[Asset | None, Diagnostic | None]:
    """Return the picture of a course folder that an image names, or what is wrong with it."""
    path = folder / image.asset
    if not os.path.lexists(path):
        hint = "check the path; it starts from the topic's own folder"
        message = f"there is no picture {quoted(f'{shown}/{image.asset}')}"
        return None, Diagnostic("image-missing", message, image.span, hint)
    if not lies_inside(path, folder):
        hint = "copy the picture into the course's folder"
        message = "this picture is a link that leaves the course"
        return None, Diagnostic("path-outside", message, image.span, hint)
    data, problem = read_bytes(path, image.asset, MAX_BYTES)
    if data is None:
        why = problem.message.rpartition(": ")[2] if problem else "it can't be read"
        return None, _unreadable(image, why)
    try:
        return _asset(image, data), None
    except _NotUsableError as error:
        return None, _unreadable(image, str(error))


class _NotUsableError(Exception):
    """Why a picture can't be used; never leaves this module."""


def _unreadable(image: Image, why: str) -> Diagnostic:
    hint = "save it again as PNG, JPEG, GIF, WebP or plain SVG"
    message = f"the picture {quoted(image.asset)} can't be used: {why}"
    return Diagnostic("image-unreadable", message, image.span, hint)


def _asset(image: Image, data: bytes) -> Asset:
    is_svg = PurePosixPath(image.asset).suffix.lower() == ".svg"
    kind, width, height = _svg_size(data) if is_svg else _raster_size(data)
    media_type, suffixes = _TYPES[kind]
    if PurePosixPath(image.asset).suffix.lower() not in suffixes:
        message = f"it is {kind}, so its name must end in {suffixes[0]}"
        raise _NotUsableError(message)
    return Asset(image.asset, data, media_type, width, height)


def _raster_size(data: bytes) -> tuple[str, float, float]:
    from PIL import Image as Pillow  # noqa: PLC0415 - only courses with pictures pay for it

    kinds = [kind for kind in _TYPES if kind != "SVG"]
    try:
        with warnings.catch_warnings(action="ignore"):  # of odd metadata, and of size: see below
            opened = Pillow.open(io.BytesIO(data), formats=kinds)
            width, height = opened.size
            fits = width * height <= MAX_PIXELS
            if fits:
                opened.load()
    except Exception as error:  # Pillow's decoders raise many kinds
        message = "it is broken or not a picture"
        raise _NotUsableError(message) from error
    if not fits:
        message = f"it has {width:,} × {height:,} pixels, the limit is {MAX_PIXELS:,} in all"
        raise _NotUsableError(message)
    return str(opened.format), width, height


def _svg_size(data: bytes) -> tuple[str, float, float]:
    """Return the size of an SVG that holds nothing live; entities are refused unread."""
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data or b"<?xml-stylesheet" in data:
        message = "a document type, an entity or a style sheet may not stand in it"
        raise _NotUsableError(message)
    try:
        root = ET.fromstring(data)  # noqa: S314 - no document type, so no entities
    except (ET.ParseError, ValueError, RecursionError) as error:
        message = "it is not well-formed SVG"
        raise _NotUsableError(message) from error
    if root.tag not in {f"{_SVG}svg", "svg"}:
        message = "it is not SVG"
        raise _NotUsableError(message)
    for element in root.iter():
        _refuse_live(element)
    _refuse_bomb(root)
    return "SVG", *_viewport(root)


def _refuse_live(element: ET.Element) -> None:
    tag = str(element.tag).rpartition("}")[2]
    if tag in _LIVE or tag.startswith("animate"):
        message = f"<{tag}> may not stand in it"
        raise _NotUsableError(message)
    for name, value in element.attrib.items():
        plain = name.rpartition("}")[2].lower()
        fetches = plain in {"href", "src"} and not value.startswith("#")
        if plain.startswith("on") or fetches or _FETCHES.search(value):
            message = f"the attribute {plain} of <{tag}> may not stand in it"
            raise _NotUsableError(message)
    if tag == "style" and _FETCHES.search(element.text or ""):
        message = "its style sheet fetches something"
        raise _NotUsableError(message)


def _refuse_bomb(root: ET.Element) -> None:
    """Refuse what a few lines would blow up: shapes that repeat shapes that repeat shapes."""
    by_id = {name: element for element in root.iter() if (name := element.get("id"))}
    sizes: dict[ET.Element, int] = {}

    def size(element: ET.Element, depth: int) -> int:
        """Return the number of shapes that an element draws."""
        if depth > _MAX_DEPTH:
            message = "its shapes are nested too deeply, or in a circle"
            raise _NotUsableError(message)
        if element not in sizes:
            drawn = [*element, *(by_id[name] for name in _references(element) if name in by_id)]
            sizes[element] = 1 + sum(size(each, depth + 1) for each in drawn)
        return sizes[element]

    if size(root, 0) > MAX_SHAPES:
        message = f"it draws more than {MAX_SHAPES:,} shapes"
        raise _NotUsableError(message)


def _references(element: ET.Element) -> list[str]:
    found = (_REFERENCE.search(value) for value in element.attrib.values())
    return [reference[1] or reference[2] for reference in found if reference]


def _viewport(root: ET.Element) -> tuple[float, float]:
    """Return width and height in CSS pixels, from the attributes or the view box."""
    box = [_number(part) for part in re.split(r"[\s,]+", root.get("viewBox", "").strip())]
    fallback = (box[2], box[3]) if len(box) == 4 else (300.0, 150.0)
    width, height = _number(root.get("width", "")), _number(root.get("height", ""))
    return width or fallback[0] or 300.0, height or fallback[1] or 150.0


def _number(text: str) -> float:
    found = re.match(r"\s*(\d+(?:\.\d+)?)(?:px)?\s*$", text)
    return float(found[1]) if found else 0.0
