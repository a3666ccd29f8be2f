"""What an author can say about identity on the command line, and to whom a lock belongs."""

from __future__ import annotations

from pathlib import Path

import pytest

from builder.cli import main
from tests.courses import ALLIANCE, build_in, errors, lock_of, prompt_of, write_course

REWORDED = ALLIANCE.replace("### What builds it?", "### By what means is it built?")


@pytest.fixture(name="course")
def built_course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    course = write_course(tmp_path / "content", {"alliance": ALLIANCE})
    build_in(tmp_path, "anki")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000100")
    return course


def _build(*arguments: str) -> int:
    return main(["build", "--only", "anki", *arguments])


def _state(course: Path) -> tuple[bytes, bytes]:
    package = course.parent.parent / "output/th/th.apkg"
    return (course / "notes.lock").read_bytes(), package.read_bytes()


def _numbers(course: Path) -> dict[str, int]:
    entries = lock_of(course).entries
    return {prompt_of(entry): entry.number for entry in entries if not entry.retired}


def test_strict_refuses_a_guess_and_writes_nothing(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = _state(course)
    write_course(course.parent, {"alliance": REWORDED})
    assert _build("--strict") == 1
    assert "error[note-recognised]" in capsys.readouterr().err
    assert _state(course) == before


def test_strict_is_content_with_a_code_as_an_id(course: Path) -> None:
    named = REWORDED.replace("is it built?", "is it built? {#TH-3}")
    write_course(course.parent, {"alliance": named})
    assert _build("--strict") == 0
    assert _numbers(course)["By what means is it built?"] == 3


def test_an_id_that_became_the_code_of_another_note_stays_an_id(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    named = ALLIANCE.replace("### What builds it?", "### What builds it? {#TH-4}")
    course = write_course(tmp_path / "content", {"alliance": named})
    assert _build() == 0
    before, numbers = _state(course), _numbers(course)
    assert numbers["What builds it?"] != 4 in numbers.values()
    write_course(course.parent, {"alliance": f"{named}\n"})
    assert _build() == 0
    assert _state(course) == before


def test_locked_builds_what_was_checked_in_and_no_more(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = _state(course)
    assert _build("--locked") == 0
    assert _state(course) == before
    write_course(course.parent, {"alliance": REWORDED})
    assert _build("--locked") == 1
    assert "error[lock-outdated]" in capsys.readouterr().err
    assert _state(course) == before


def test_retire_makes_a_reworded_note_a_new_one(course: Path) -> None:
    write_course(course.parent, {"alliance": REWORDED})
    assert _build("--retire", "TH-3") == 0
    assert _numbers(course)["By what means is it built?"] == 5


def test_rename_decks_lets_the_decks_follow(course: Path) -> None:
    titled = ALLIANCE.replace("# Alliance", "# Trust")
    write_course(course.parent, {"alliance": titled}, 'title = "Healing"\ncode = "TH"')
    assert _build() == 0
    names = {topic: deck.name for topic, deck in lock_of(course).decks.items()}
    assert names == {"": "Therapy", "alliance": "Alliance"}
    assert _build("--rename-decks") == 0
    names = {topic: deck.name for topic, deck in lock_of(course).decks.items()}
    assert names == {"": "Healing", "alliance": "Trust"}


@pytest.mark.parametrize("option", ["--restamp", "--retire"])
def test_a_code_that_does_not_exist_changes_nothing(
    course: Path, option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = _state(course)
    write_course(course.parent, {"alliance": REWORDED})
    assert _build(option, "TH-33") == 2
    assert "there is no note “TH-33”; did you mean “TH-3”?" in capsys.readouterr().err
    assert _state(course) == before


def test_a_course_whose_folder_is_renamed_keeps_its_notes(course: Path, tmp_path: Path) -> None:
    guids = {entry.guid for entry in lock_of(course).entries}
    renamed = course.rename(course.with_name("healing"))
    assert errors(build_in(tmp_path, "anki")) == []
    lock = lock_of(renamed)
    assert (lock.course, {entry.guid for entry in lock.entries}) == ("healing", guids)


def test_a_copy_of_a_course_gets_notes_of_its_own_once_its_lock_is_deleted(
    course: Path, tmp_path: Path
) -> None:
    """Else two decks would fight over the same notes in Anki."""
    copy = course.with_name("copy")
    write_course(course.parent, {"alliance": ALLIANCE}, name="copy")
    (copy / "notes.lock").write_bytes((course / "notes.lock").read_bytes())
    assert errors(build_in(tmp_path, "anki")) == ["lock-foreign"]
    (copy / "notes.lock").unlink()
    assert errors(build_in(tmp_path, "anki")) == []
    ours, theirs = ({entry.guid for entry in lock_of(each).entries} for each in (course, copy))
    assert ours.isdisjoint(theirs)


def test_an_id_that_two_lines_of_the_lock_have_goes_to_the_note_that_has_it(
    course: Path, tmp_path: Path
) -> None:
    """Two branches may have given it; the text, where it can stand only once, decides."""
    text = (course / "notes.lock").read_text(encoding="utf-8")
    both = text.replace('"topic": "alliance", "mod"', '"topic": "alliance", "id": "x", "mod"')
    (course / "notes.lock").write_text(both, encoding="utf-8")
    named = ALLIANCE.replace("### What builds it?", "### What builds it? {#x}")
    write_course(course.parent, {"alliance": named})
    assert errors(build_in(tmp_path, "anki")) == []
    assert _numbers(course)["What builds it?"] == 3
    assert len(lock_of(course).entries) == 4
