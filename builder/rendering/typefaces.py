"""Which families a course's texts and headings are set in, and how style sheets name them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from builder.fonts import DISPLAY, SANS, SERIF, machine_faces
from builder.model import Asset, Course


@dataclass(frozen=True, slots=True)
class Typefaces:
    """The families of text and of headings; `titles` are the large headings of handouts."""

    text: str = SERIF
    headings: str = SERIF
    titles: str = DISPLAY

    @property
    def chosen(self) -> tuple[str, ...]:
        """Return the families that texts have besides or in place of the usual one."""
        return tuple(dict.fromkeys(each for each in (self.text, self.headings) if each != SERIF))

    def css(self) -> str:
        """Return the properties by which style sheets name them, ours behind one of the machine."""
        stacks = {"text": SERIF, "headings": SERIF, "titles": DISPLAY}
        rules = (f"--{name}: {_stack(getattr(self, name), ours)}" for name, ours in stacks.items())
        return f"\nhtml {{ {'; '.join(rules)} }}\n"


def typefaces(course: Course, assets: Mapping[str, Asset]) -> Typefaces:
    """Return the families that a course chose."""
    found = machine_faces(assets.values())
    families = {"serif": SERIF, "sans": SANS}
    families |= {file.family: face.family for file, face in found.items()}
    text, headings = families[course.text_font], families[course.heading_font]
    return Typefaces(text, headings, DISPLAY if course.heading_font == "serif" else headings)


def _stack(family: str, ours: str) -> str:
    return ", ".join(f'"{name}"' for name in dict.fromkeys((family, ours)))
