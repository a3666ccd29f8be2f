"""The Jinja templates and style sheets of `templates/`; everything put into them is escaped."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jinja2 import Environment

# Beside the package in a checkout, inside it in a wheel.
_PACKAGE = Path(__file__).resolve().parent.parent
TEMPLATES = next(
    folder for folder in (_PACKAGE.parent / "templates", _PACKAGE / "templates") if folder.is_dir()
)


@cache
def _environment() -> Environment:
    from jinja2 import (  # noqa: PLC0415  # checking fills no template
        Environment,
        FileSystemLoader,
        StrictUndefined,
    )

    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def fill(name: str, values: Mapping[str, object]) -> str:
    """Return the template with the values filled in and escaped."""
    return _environment().get_template(name).render(values)


@cache
def read_text(name: str) -> Markup:
    """Return a file of `templates/` as it is (a style sheet of ours, so it needs no escaping)."""
    return Markup((TEMPLATES / name).read_text(encoding="utf-8"))  # noqa: S704
