"""What WeasyPrint's own style sheet says of each element is left out only where nothing uses it."""

from __future__ import annotations

from pathlib import Path

import pytest
from weasyprint.html import UA_STYLESHEET

from builder.rendering import pdf
from tests.courses import build_in, errors, write_course
from tests.handout_reading import Reading

USES = """\
# Uses

What it has[^one], with a list:

1. one
   - two
     1. three
2. four

[^one]: A first note with *words*.

## Key facts

- A {{fact}}[^two] with https://example.org in it.

  | A | B |
  |---|---|
  | c | d |

[^two]: A second one.

## Review questions

### Why?

> - So
> - it is

Term
: What it says

## Related terms

Leaf
: - Green
  - Flat
"""


def _pdfs(folder: Path) -> dict[str, bytes]:
    """Build a course and return its PDFs."""
    write_course(folder / "content", {"uses": USES}, 'title = "Botany"\ncode = "BO"\n')
    assert errors(build_in(folder)) == []
    return {path.parent.name: path.read_bytes() for path in (folder / "output").rglob("uses.pdf")}


def test_pages_are_the_same_with_the_whole_style_sheet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    narrow = _pdfs(tmp_path / "narrow")
    monkeypatch.setattr(pdf, "_STANDARD", UA_STYLESHEET)
    assert narrow.keys() == {"flashcards", "handouts"}
    assert _pdfs(tmp_path / "whole") == narrow


def test_templates_of_a_course_make_notes_and_items_of_any_element(tmp_path: Path) -> None:
    course = write_course(
        tmp_path / "content", {"leaf": "# Leaf\n\n## Colours\n\nGreen.\n\n> Yellow.\n"}
    )
    (course / "templates").mkdir()
    (course / "templates/handout.css").write_text(
        "h2 { display: list-item; list-style: 'item: ' inside } blockquote { float: footnote }",
        encoding="utf-8",
    )
    assert errors(build_in(tmp_path, "handouts")) == []
    text = Reading((tmp_path / "output/th/handouts/leaf.pdf").read_bytes()).text(0).split()
    assert text == ["Leaf", "item:", "Colours", "Green.", "1", "1.", "Yellow."]
