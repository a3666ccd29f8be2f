"""SVG pictures, built again from what is only drawn: nothing runs, leads away or is fetched.

What is not drawn (editors' data, scripts, the addresses of links) is left out without a word.  What
would be seen, but not safely or not on paper, is left out and named: other files, embedded HTML,
animations.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

from builder.source.raster import NotUsableError, read_raster

MAX_SHAPES = 200_000  # with those that it repeats by reference
_MAX_DEPTH = 100
_SVG, _XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
_HREFS = ("href", f"{{{_XLINK}}}href")

# fmt: off
_DRAWN = {
    "svg", "g", "defs", "symbol", "use", "path", "rect", "circle", "ellipse", "line", "polyline",
    "polygon", "text", "tspan", "textPath", "title", "desc", "linearGradient", "radialGradient",
    "stop", "pattern", "clipPath", "mask", "marker", "filter", "style", "image", "feBlend",
    "feColorMatrix", "feComponentTransfer", "feComposite", "feConvolveMatrix", "feDiffuseLighting",
    "feDisplacementMap", "feDistantLight", "feDropShadow", "feFlood", "feFuncA", "feFuncB",
    "feFuncG", "feFuncR", "feGaussianBlur", "feMerge", "feMergeNode", "feMorphology", "feOffset",
    "fePointLight", "feSpecularLighting", "feSpotLight", "feTile", "feTurbulence",
}
# fmt: on
_GROUPS = {"a", "switch"}  # they draw what they hold
_SEEN = {"foreignObject", "animate", "animateMotion", "animateTransform", "set", "feImage"}

_DOCTYPE = re.compile(r"<!DOCTYPE[^\[<>]*>")
_FETCHES = re.compile(r"url\(\s*+['\"]?+(?!#)|@import|expression\(|javascript:|\\", re.IGNORECASE)
_REFERENCE = re.compile(r"url\(\s*['\"]?#([^)'\"\s]+)|^\s*#(.+)$")
_EMBEDDED = re.compile(
    r"(?P<head>data:image/(?:png|jpe?g|gif|webp);base64,)(?P<data>[A-Za-z0-9+/=\s]+)"
)
_LENGTH = re.compile(r"\s*(?P<number>\d*\.?\d+)(?P<unit>px|pt|pc|mm|cm|in)?\s*")
_PIXELS = {"px": 1.0, "pt": 4 / 3, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0}


@dataclass(frozen=True, slots=True)
class Drawing:
    """A clean SVG, its size in CSS pixels, and what was to be seen and is left out."""

    data: bytes
    width: float
    height: float
    left_out: tuple[str, ...]


def read_svg(data: bytes) -> Drawing:
    """Return the drawing in an SVG; raises `NotUsableError`.  Entities are refused unread."""
    try:
        text = _DOCTYPE.sub("", data.decode("utf-8-sig"), count=1)
        if "<!DOCTYPE" in text or "<!ENTITY" in text:
            raise NotUsableError("it defines entities")
        root = ET.fromstring(text)  # noqa: S314 - no document type, so no entities
    except (ET.ParseError, ValueError, RecursionError) as error:
        raise NotUsableError("it is not well-formed SVG in UTF-8") from error
    if root.tag not in {f"{{{_SVG}}}svg", "svg"}:
        raise NotUsableError("it is not SVG")
    _refuse_depth(root)
    cleaner = _Cleaner()
    clean = cleaner.element(root)
    _refuse_bomb(clean)
    width, height = _viewport(clean)
    left_out = tuple(dict.fromkeys(cleaner.left_out))
    # By hand: the prefixes that ElementTree knows are the process's, and others change them.
    clean.set("xmlns", _SVG)
    return Drawing(ET.tostring(clean, encoding="utf-8"), width, height, left_out)


@dataclass(slots=True)
class _Cleaner:
    """Builds elements again; `left_out` gathers what was to be seen and is not kept."""

    left_out: list[str] = field(default_factory=list)

    def element(self, element: ET.Element) -> ET.Element:
        name = _name(element)
        kept = ET.Element("g" if name in _GROUPS else name)
        kept.text, kept.tail = element.text, element.tail
        for key, value in element.attrib.items():
            if self._keeps(name, key, value):
                kept.set("href" if key in _HREFS else key, _embedded(value) or value)
        for child in element:
            if self._draws(child):
                kept.append(self.element(child))
            elif child.tail:
                _append_text(kept, child.tail)
        return kept

    def _draws(self, element: ET.Element) -> bool:
        name = _name(element)
        if name == "style" and _FETCHES.search(element.text or ""):
            self.left_out.append("a style sheet that fetches something")
            return False
        if name == "image" and not any(_embedded(element.get(href, "")) for href in _HREFS):
            self.left_out.append("a picture that is another file")
            return False
        if name in _SEEN:
            self.left_out.append(f"<{name}>")
        return name in _DRAWN or name in _GROUPS

    def _keeps(self, name: str, key: str, value: str) -> bool:
        if key in _HREFS:
            is_drawn = value.startswith("#") or (name == "image" and bool(_embedded(value)))
            if not is_drawn and name == "use":
                self.left_out.append("a shape from another file")
            return is_drawn and name not in _GROUPS
        if key.startswith("{"):
            return key == "{http://www.w3.org/XML/1998/namespace}space"
        if _FETCHES.search(value):
            self.left_out.append(f"the attribute {key}")
            return False
        return not key.lower().startswith("on")


def _name(element: ET.Element) -> str:
    """Return an SVG element's name, or the empty string."""
    namespace, _, name = element.tag.rpartition("}")
    return name if namespace in {"", f"{{{_SVG}"} else ""


def _append_text(parent: ET.Element, text: str) -> None:
    """Keep the text behind a child that is left out."""
    if len(parent):
        parent[-1].tail = (parent[-1].tail or "") + text
    else:
        parent.text = (parent.text or "") + text


def _embedded(address: str) -> str:
    """Return an address that holds a picture with nothing but the picture in it, or nothing."""
    found = _EMBEDDED.fullmatch(address.strip())
    if not found:
        return ""
    try:
        raster = read_raster(base64.b64decode(found["data"]))
    except (NotUsableError, binascii.Error):
        return ""
    return found["head"] + base64.b64encode(raster.data).decode()


# --- Bounds ----------------------------------------------------------------------------------


def _refuse_depth(root: ET.Element) -> None:
    level: list[ET.Element] = [root]
    for _ in range(_MAX_DEPTH):
        level = [child for element in level for child in element]
        if not level:
            return
    raise NotUsableError("its shapes are nested too deeply")


def _refuse_bomb(root: ET.Element) -> None:
    """Refuse what a few lines would blow up: shapes that repeat shapes that repeat shapes."""
    by_id = {name: element for element in root.iter() if (name := element.get("id"))}
    sizes: dict[ET.Element, int] = {}

    def size(element: ET.Element, depth: int) -> int:
        """Return the number of shapes that an element draws."""
        if depth > _MAX_DEPTH:
            raise NotUsableError("its shapes are nested too deeply, or in a circle")
        if element not in sizes:
            drawn = [*element, *(by_id[name] for name in _references(element) if name in by_id)]
            sizes[element] = 1 + sum(size(each, depth + 1) for each in drawn)
        return sizes[element]

    if size(root, 0) > MAX_SHAPES:
        raise NotUsableError(f"it draws more than {MAX_SHAPES:,} shapes")


def _references(element: ET.Element) -> Iterator[str]:
    for value in element.attrib.values():
        if reference := _REFERENCE.search(value):
            yield reference[1] or reference[2]


# --- Size ------------------------------------------------------------------------------------


def _viewport(root: ET.Element) -> tuple[float, float]:
    """Return width and height in CSS pixels, from the attributes or the view box."""
    box = [_pixels(part) for part in re.split(r"[\s,]+", root.get("viewBox", "").strip())]
    fallback = (box[2], box[3]) if len(box) == 4 else (300.0, 150.0)
    width, height = _pixels(root.get("width", "")), _pixels(root.get("height", ""))
    return width or fallback[0] or 300.0, height or fallback[1] or 150.0


def _pixels(length: str) -> float:
    found = _LENGTH.fullmatch(length)
    return float(found["number"]) * _PIXELS[found["unit"] or "px"] if found else 0.0
