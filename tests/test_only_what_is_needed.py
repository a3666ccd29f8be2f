"""Printing only some cards: by code, by the day of their change, by tag."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from builder.cli import main
from builder.identity import lock as locks
from builder.printing.selection import Codes, read_codes
from tests.courses import lock_of
from tests.flashcard_reading import read

COURSE = """\
title = "Botany"
code = "BO"
"""
FACTS = "\n".join(f"- Leaf {n} is {{{{{n * n}}}}} mm long." for n in range(1, 13))
LEAF = f"""\
---
tags: [leaf]
---
# Leaf

## Key facts

{FACTS}

## Related terms

Stoma {{.pore}}
: A pore of the leaf.
"""
ROOT = """\
# Root

The {{root}} holds the plant. {.hold}
"""


@pytest.fixture(autouse=True)
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write a course of thirteen notes in one topic and one in another, and build it."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "content" / "botany"
    folder.mkdir(parents=True)
    (folder / "course.toml").write_text(COURSE, encoding="utf-8")
    (folder / "leaf.md").write_text(LEAF, encoding="utf-8")
    (folder / "root.md").write_text(ROOT, encoding="utf-8")
    assert main(["build", "--only", "anki"]) == 0
    return folder


def printed(*options: str) -> list[str]:
    """Print a selection, and return the codes on its fronts."""
    assert main(["build", *options]) == 0
    data = Path("output/botany/botany-flashcards-selection.pdf").read_bytes()
    return [front.code for front, _ in read(data).fronts_and_backs()]


def _numbers(codes: Iterable[str]) -> list[int]:
    return [int(code.removeprefix("BO-")) for code in codes]


def test_codes_and_ranges_of_codes() -> None:
    """In the order of the text, each once, however they were asked for."""
    assert _numbers(printed("--cards", "BO-9-12,BO-3, bo-3")) == [3, 9, 10, 11, 12]
    assert _numbers(printed("--cards", "BO-13..BO-14")) == [13, 14]


def test_a_selection_is_packed_on_as_few_sheets_as_possible() -> None:
    """Cards of two topics follow each other on one sheet; no other file is written."""
    before = sorted(Path("output").rglob("*"))
    assert len(printed("--cards", "BO-12-14")) == 3
    data = Path("output/botany/botany-flashcards-selection.pdf").read_bytes()
    assert len(read(data).pages) == 2
    after = set(Path("output").rglob("*")) - set(before)
    assert [path.name for path in after] == ["botany-flashcards-selection.pdf"]


def test_tags_of_notes_and_of_topics() -> None:
    assert _numbers(printed("--tag", "pore")) == [13]
    assert _numbers(printed("--tag", "leaf", "--cards", "BO-12-14")) == [12, 13]
    assert _numbers(printed("--tag", "pore", "--tag", "hold")) == [13, 14]


def test_only_what_changed_since_a_day(course: Path) -> None:
    """By the lock's `mod`, which changes when a note's text does."""
    lock = lock_of(course)
    old = tuple(entry._replace(mod=1_600_000_000) for entry in lock.entries)
    text = locks.written(replace(lock, entries=old))
    (course / "notes.lock").write_text(text, encoding="utf-8")
    (course / "leaf.md").write_text(LEAF.replace("A pore", "The mouth"), encoding="utf-8")
    assert _numbers(printed("--since", "2024-02-29")) == [13]
    assert len(printed("--since", "2020-01-01")) == 14


def test_another_way_to_print_than_the_courses() -> None:
    assert main(["build", "--cards", "BO-1-9", "--duplex", "separate", "--reverse"]) == 0
    built = {path.name for path in Path("output/botany").glob("*selection*")}
    assert built == {
        "botany-flashcards-selection-fronts.pdf",
        "botany-flashcards-selection-backs.pdf",
    }


def test_where_nothing_is_all_that_was_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    """That is no mistake: perhaps nothing has changed since."""
    assert main(["build", "--tag", "pore", "--cards", "BO-1"]) == 0
    assert "nothing to print" in capsys.readouterr().out
    assert not list(Path("output").rglob("*selection*"))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--cards", "BO-99"], "there is no card BO-99; the codes go up to BO-14"),
        (["--cards", "BO-3-99"], "there is no card BO-99"),
        (["--cards", "B0-3"], "“B0-3” is no code"),
        (["--cards", "CO-3"], "no course has codes like “CO-3”; codes begin with BO"),
        (["--cards", "BO-9-3"], "“BO-9-3” ends before it begins"),
        (["--cards", "BO-1-CO-3"], "begins in one course and ends in another"),
        (["--cards", ","], "there is no code in it"),
        (["--since", "yesterday"], "“yesterday” is no date; write for example 2026-09-30"),
        (["--since", "2026-02-30"], "is no date"),
        (["--tag", "pores"], "no note has the tag “pores”; did you mean “pore”?"),
        (["--duplex", "short"], "no way to print “short”; did you mean “short-edge”?"),
    ],
)
def test_what_is_not_there_is_said_with_a_hint(
    options: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    files = sorted(Path().rglob("*"))
    assert main(["build", *options]) == 2
    assert said in capsys.readouterr().err
    assert sorted(Path().rglob("*")) == files


def test_codes_are_read_as_people_write_them() -> None:
    assert read_codes("AT-3, at-9-12,AT-20–22") == (
        Codes("AT", 3, 3, "AT-3"),
        Codes("AT", 9, 12, "at-9-12"),
        Codes("AT", 20, 22, "AT-20–22"),
    )


# --- strict ----------------------------------------------------------------------------------


def test_strict_keeps_the_earlier_file_where_a_text_is_small(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The file for the course is kept as well: one topic of it would be missing."""
    assert main(["build", "--only", "flashcards"]) == 0
    files = {path: path.read_bytes() for path in Path("output").rglob("*.pdf")}
    long = f"{{{{root}}}} {'holds the plant and drinks for it; ' * 40}"
    (course / "root.md").write_text(ROOT.replace("{{root}}", long), encoding="utf-8")
    capsys.readouterr()
    assert main(["build", "--only", "flashcards", "--strict"]) == 1
    said = capsys.readouterr().err
    assert "error[card-split]" in said
    assert f"kept as it was: {os.path.join('output', 'botany', 'flashcards', 'root.pdf')}" in said  # noqa: PTH118
    assert files == {path: path.read_bytes() for path in Path("output").rglob("*.pdf")}
    assert main(["build", "--only", "flashcards"]) == 0
    assert files != {path: path.read_bytes() for path in Path("output").rglob("*.pdf")}
