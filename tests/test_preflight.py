"""`check --print`: what it says is what comes out of the printer, and it writes nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pypdfium2 as pdfium
import pytest

from builder.cli import main
from builder.outputs.flashcards import placed, typeset_topic
from builder.printing.ink import ink
from builder.printing.paper import POINTS_PER_MM
from tests import flashcard_fixture as fx

LONG = "It was quiet among the trees, and the light fell through the leaves upon the moss. " * 22
TOPIC = f"""\
# Leaf

## Related terms

Stoma
: A pore.

Forest
: {LONG}
"""


@pytest.fixture(autouse=True)
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write a course of two cards, of which one is divided."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "content" / "botany"
    folder.mkdir(parents=True)
    (folder / "course.toml").write_text('title = "Botany"\n', encoding="utf-8")
    (folder / "leaf.md").write_text(TOPIC, encoding="utf-8")
    return tmp_path


def test_figures_are_those_of_the_files(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--print", "--format", "json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)["print"]
    assert main(["build", "--only", "flashcards"]) == 0
    assert f"{found['cards']} cards on {found['sheets']} sheet" in capsys.readouterr().out
    assert (found["paper"], found["orientation"], found["duplex"]) == (
        "A4",
        "portrait",
        "long-edge",
    )
    assert (found["columns"], found["rows"], found["card"]) == (2, 4, [97.0, 70.25])
    assert found["sizes"] == {"11": 3, "8.5": 1}
    assert found["smallest"] == found["split"][0]
    assert found["smallest"] == {
        "code": "BO-2",
        "side": "back",
        "size": 8.5,
        "parts": 3,
        "path": "content/botany/leaf.md",
        "line": 8,
    }
    assert "Rectoverso Serif" in found["fonts"]
    assert found["ink_light"] is True


def test_nothing_is_written(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No lock either: codes are those that a build would give."""
    before = sorted(course.rglob("*"))
    assert main(["check", "--print"]) == 0
    assert "back of BO-2" in capsys.readouterr().out
    assert sorted(course.rglob("*")) == before


def test_split_cards_are_warned_about_in_both_forms(capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", "--print"])
    text = capsys.readouterr().out
    assert "warning[card-split]" in text
    assert "split   back of BO-2, content/botany/leaf.md:8, over 3 cards" in text
    main(["check", "--print", "--format", "json"])
    found = json.loads(capsys.readouterr().out)["diagnostics"]
    assert [one["code"] for one in found] == ["card-split"]


def test_a_course_with_mistakes_has_no_figures(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (course / "content/botany/course.toml").write_text(
        'title = "Botany"\n[flashcards]\ncard = "huge"\n', encoding="utf-8"
    )
    assert main(["check", "--print", "--format", "json"]) == 1
    data = json.loads(capsys.readouterr().out)
    assert data["print"] == []
    assert [one["code"] for one in data["diagnostics"]] == ["course-value"]


def test_ink_is_what_is_dark_on_the_paper() -> None:
    """The areas of glyphs and pictures, compared with the page as it is drawn."""
    context = fx.context(fx.ordinary_notes(), settings={"marks": "none"})
    typeset = typeset_topic(context)
    assert typeset is not None
    areas = ink(typeset.faces)
    shown = sum(areas[face] for card in typeset.faces.cards for face in card.faces)
    dark = 0.0
    for page in pdfium.PdfDocument(placed([typeset.faces], context, "t").files[""]):
        histogram = page.render(scale=3).to_pil().convert("L").histogram()
        dark += sum((255 - tone) * count for tone, count in enumerate(histogram)) / 255 / 9
    # What stands beside the texts (codes, names of sheets) and lines below blanks isn't counted.
    assert 0.85 * dark < shown < dark
    assert shown > 3000 * POINTS_PER_MM**2 * 0.01
