"""`build --ask`: the author is asked which note is which, and what they say holds."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from builder.cli import main
from tests.courses import build_in, lock_of, prompt_of, write_course

TOPIC = """\
# Cells

## Review questions

### What does the membrane let through?

Water, oxygen and small molecules without a charge.

### Who saw cells first?

Robert Hooke, in a slice of cork.

### Where is the genome kept?

In the nucleus.
"""
# So much of it is other words that nobody can know that it is the same.
OTHER = TOPIC.replace("Who saw cells first?", "Name the discoverer.").replace(
    "Robert Hooke, in a slice of cork.", "It was Hooke. He looked at cork under his microscope."
)
NONE_LIKE = TOPIC.replace("Who saw cells first?", "Name the discoverer.").replace(
    "Robert Hooke, in a slice of cork.", "An Englishman of the seventeenth century."
)
TWO = f"{NONE_LIKE}\n### What is an organelle?\n\nA part of a cell with a task of its own.\n"

Say = Callable[[str], str]


class _Keyboard(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(name="course")
def built_course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    course = write_course(tmp_path / "content", {"cells": TOPIC})
    build_in(tmp_path, "anki")
    return course


@pytest.fixture(name="say")
def answering(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Say:
    def say(typed: str) -> str:
        monkeypatch.setattr("sys.stdin", _Keyboard(typed))
        assert main(["build", "--only", "anki", "--ask"]) == 0
        return capsys.readouterr().err

    return say


def _numbers(course: Path) -> dict[str, int]:
    entries = lock_of(course).entries
    return {prompt_of(entry): entry.number for entry in entries if not entry.retired}


def _retired(course: Path) -> set[int]:
    return {entry.number for entry in lock_of(course).entries if entry.retired}


@pytest.mark.parametrize("text", [OTHER, NONE_LIKE])
@pytest.mark.parametrize(("typed", "number"), [("y\n", 2), ("n\n", 4)])
def test_what_the_author_says_holds(
    course: Path, say: Say, text: str, typed: str, number: int
) -> None:
    write_course(course.parent, {"cells": text})
    said = say(typed)
    assert "TH-2 was, in cells:" in said
    assert "Robert Hooke, in a slice of cork." in said
    assert "content/th/cells.md:9" in said
    assert _numbers(course)["Name the discoverer."] == number
    assert _retired(course) == ({2} if number == 4 else set())


def test_nothing_is_asked_where_nothing_is_unsure_or_twice(course: Path, say: Say) -> None:
    assert "TH-2 was" not in say("")
    write_course(course.parent, {"cells": OTHER})
    assert "TH-2 was" in say("n\n")
    assert "was, in" not in say("")


def test_one_of_several_notes_is_chosen_by_its_number(course: Path, say: Say) -> None:
    write_course(course.parent, {"cells": TWO})
    said = say("what?\n7\n2\n")
    assert "TH-2 was, in cells:" in said
    assert said.count("[1, 2, or n for none; Enter: none]") == 3
    assert _numbers(course)["What is an organelle?"] == 2
    assert _numbers(course)["Name the discoverer."] == 4


@pytest.mark.parametrize("typed", ["\n", ""])
def test_without_an_answer_all_is_as_it_is_without_asking(
    course: Path, say: Say, typed: str
) -> None:
    write_course(course.parent, {"cells": NONE_LIKE})
    say(typed)
    assert _numbers(course)["Name the discoverer."] == 4


def test_a_note_that_is_said_to_be_the_same_comes_back(course: Path, say: Say) -> None:
    without = TOPIC.replace("### Who saw cells first?", "").replace(
        "Robert Hooke, in a slice of cork.", ""
    )
    write_course(course.parent, {"cells": without})
    say("")
    assert _retired(course) == {2}
    back = TOPIC.replace("Who saw cells first?", "Which scientist had a slice of cork?")
    write_course(course.parent, {"cells": back.replace("Robert Hooke, in a slice", "Hooke had it")})
    assert "TH-2 was, in cells, gone before:" in say("y\n")
    assert _retired(course) == set()
    assert _numbers(course)["Which scientist had a slice of cork?"] == 2


def test_where_nobody_can_answer_nothing_is_built(
    course: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (course / "notes.lock").read_bytes()
    write_course(course.parent, {"cells": OTHER})
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    assert main(["build", "--ask"]) == 2
    assert "--ask needs a terminal" in capsys.readouterr().err
    assert (course / "notes.lock").read_bytes() == before
