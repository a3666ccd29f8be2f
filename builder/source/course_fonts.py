"""Fonts of the machine that a course names: found, checked, and cut to what the course holds."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from builder.diagnostics import Diagnostic, quoted
from builder.model import Asset, Course
from builder.source.glyphs import COMMON, check_glyphs
from builder.span import Span

if TYPE_CHECKING:
    import uharfbuzz as hb

    from builder.source.system_fonts import FaceStyle


@dataclass(frozen=True, slots=True)
class CourseFonts:
    """The fonts of the machine that a course names, and the characters that it holds.

    Of a font that only fills gaps, the regular face is enough.
    """

    course: Course
    known: dict[str, Mapping[FaceStyle, hb.Face]] = field(default_factory=dict)
    characters: set[str] = field(default_factory=set)

    def find(self, places: Mapping[tuple[str | int, ...], Span]) -> list[Diagnostic]:
        """Find the fonts, and report those that the machine doesn't have."""
        if not self.course.fonts:
            return []
        from builder.source.system_fonts import REGULAR, find_font  # noqa: PLC0415 - few name any

        problems = []
        for index, family in enumerate(self.course.fonts):
            span = places.get(("fonts", "also", index)) or places.get(("fonts", "also"))
            if not (faces := find_font(family)):
                message = f"this machine has no font {quoted(family)}"
                hint = "install it, or write the family's name as the system shows it"
                problems.append(Diagnostic("font-missing", message, span or self.course.span, hint))
                continue
            is_for_texts = family in {self.course.text_font, self.course.heading_font}
            self.known[family] = faces if is_for_texts else {REGULAR: faces[REGULAR]}
        return problems

    def covered(self) -> frozenset[int]:
        """Return the characters that the fonts have."""
        regular = (next(iter(faces.values())) for faces in self.known.values())
        return frozenset[int]().union(*(face.unicodes for face in regular))

    def remember(self, data: bytes) -> None:
        """Remember the characters of a file, for which the fonts are wanted."""
        if self.known and (b"&" in data or not data.isascii()):
            text = data.decode("utf-8", "ignore")
            self.characters.update(html.unescape(text), text)

    def check(self, text: str, path: str) -> list[Diagnostic]:
        """Warn of characters of a file that no font has."""
        language = self.course.han or self.course.language
        return check_glyphs(text, path, language, self.covered())

    def _printed(self, regular: hb.Face) -> set[str]:
        """Return the characters of the course, of the words that we add, and common ones.

        What the regular face lacks no other one of its family may have: it would stand in for it.
        """
        printed = self.characters.union(*self.course.labels.values(), COMMON)
        return printed & set(map(chr, regular.unicodes))

    def assets(self) -> dict[str, Asset]:
        """Return the fonts, cut to the course's characters."""
        if not self.known:
            return {}
        from builder.fonts import machine_faces  # noqa: PLC0415 - few courses name any
        from builder.source.system_fonts import REGULAR, as_asset  # noqa: PLC0415

        made = [
            as_asset(family, style, face, self._printed(faces[REGULAR]))
            for family, faces in self.known.items()
            for style, face in faces.items()
        ]
        machine_faces(made)  # known from now on, also where a file is only bound
        return {asset.name: asset for asset in made}
