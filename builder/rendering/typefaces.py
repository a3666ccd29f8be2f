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

    def named(self) -> dict[str, str]:
        """Return the properties by which style sheets name them, ours behind one of the machine."""
        stacks = {"text": SERIF, "headings": SERIF, "titles": DISPLAY}
        return {f"--{name}": _stack(getattr(self, name), ours) for name, ours in stacks.items()}


def put_in(css: str, properties: Mapping[str, str]) -> str:
    """Return a style sheet of ours with properties of the whole page, each where it is used.

    WeasyPrint reads what is behind a `var()` again for each element: a twentieth of its time.
    """
    css = str(css)  # Markup would escape what is put in
    for name, value in properties.items():
        css = css.replace(f"var({name})", value)
    return css


def declared(properties: Mapping[str, str]) -> str:
    """Return the rule that declares properties of the whole page, for a course's own styles."""
    return f"\nhtml {{ {'; '.join(f'{name}: {value}' for name, value in properties.items())} }}\n"


def typefaces(course: Course, assets: Mapping[str, Asset]) -> Typefaces:
    """Return the families that a course chose."""
    found = machine_faces(assets.values())
    families = {"serif": SERIF, "sans": SANS}
    families |= {file.family: face.family for file, face in found.items()}
    text, headings = families[course.text_font], families[course.heading_font]
    return Typefaces(text, headings, DISPLAY if course.heading_font == "serif" else headings)


def _stack(family: str, ours: str) -> str:
    return ", ".join(f'"{name}"' for name in dict.fromkeys((family, ours)))
