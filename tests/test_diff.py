"""`rectoverso diff`: what the next import will do, before anything is written."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from builder.cli import main
from builder.difference.package import PackageError, read_package
from builder.difference.words import Part, word_changes
from tests.courses import ALLIANCE, EMPATHY, build_in, lock_of, write_course

EDITED = (
    ALLIANCE.replace("take on *demanding* work", "take on *harder* work")
    .replace("### What builds it?\n\nListening and validating.\n\n", "")
    .replace("{{goals}}", "{{aims}}")
)


@pytest.fixture(name="course")
def built_course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    course = write_course(tmp_path / "content", {"alliance": ALLIANCE, "empathy": EMPATHY})
    build_in(tmp_path, "anki")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000100")
    return course


def _diff(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 0) -> str:
    capsys.readouterr()
    assert main(["diff", *arguments]) == status
    out, err = capsys.readouterr()
    return out or err


def _changes(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, str]:
    found = json.loads(_diff(capsys, "--format", "json", *arguments))
    return {change["code"]: change["kind"] for change in found}


def test_without_an_edit_an_import_changes_nothing(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _diff(capsys) == "th: an import changes nothing\n"


def test_every_change_is_listed_word_by_word_and_nothing_is_written(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (course / "notes.lock").read_bytes()
    new = EDITED + "\nBond\n: What ties two people.\n"
    write_course(course.parent, {"alliance": new, "unit/empathy": EMPATHY})
    (course / "empathy.md").unlink()
    out = _diff(capsys, "th")
    assert out.splitlines() == [
        "th: 1 new, 2 changed, 1 moved, 1 retired",
        "  new      TH-6  content/th/alliance.md:21  Bond",
        "  changed  TH-1  content/th/alliance.md:7  Bordin named aims, tasks and bond.",
        "           text     Bordin named [-goals-]{+aims+}, tasks and bond.",
        "  changed  TH-2  content/th/alliance.md:12  Why does trust matter here?",
        "           answer   Clients who feel safe take on [-demanding-]{+harder+} work.",
        "  moved    TH-5  content/th/unit/empathy.md:7  Who wrote of empathic understanding?",
        "           topic    empathy → unit/empathy",
        "           tags     +th::unit::empathy -th::empathy",
        "  retired  TH-3  alliance  What builds it?",
    ]
    assert (course / "notes.lock").read_bytes() == before


def test_a_change_of_form_alone_is_named_so(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_course(course.parent, {"alliance": ALLIANCE.replace("*demanding*", "demanding")})
    assert "answer   (only its form: emphasis, pictures or hints)" in _diff(capsys)


def test_what_is_unsure_is_listed_too(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    swapped = ALLIANCE.replace("Why does trust matter here?", "Why does silence matter here?")
    swapped = swapped.replace("Clients who feel safe take on *demanding* work.", "It leaves room.")
    write_course(course.parent, {"alliance": swapped})
    assert _changes(capsys) == {"TH-6": "unsure", "TH-2": "retired"}
    out = _diff(capsys)
    assert "like     TH-2" in out
    assert "1 new, 1 retired, 1 unsure" in out


def test_a_note_that_comes_back_is_no_new_one(
    course: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_course(course.parent, {"alliance": EDITED})
    build_in(tmp_path, "anki")
    write_course(course.parent, {"alliance": ALLIANCE})
    assert _changes(capsys)["TH-3"] == "returned"


def test_against_a_package_that_was_handed_out(
    course: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two builds lie between; what a student who has the first package will get is shown."""
    handed_out = tmp_path / "first.apkg"
    (tmp_path / "output/th/th.apkg").rename(handed_out)
    write_course(course.parent, {"alliance": EDITED})
    build_in(tmp_path, "anki")
    assert _changes(capsys) == {}
    assert _changes(capsys, "--since", str(handed_out)) == {
        "TH-1": "changed",
        "TH-2": "changed",
        "TH-3": "retired",
    }


def test_a_note_that_anki_would_pass_over_is_told(
    course: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The package came from another branch, which built the note later with another text."""
    lock = (course / "notes.lock").read_bytes()
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700009999")
    write_course(course.parent, {"alliance": EDITED})
    build_in(tmp_path, "anki")
    package = (tmp_path / "output/th/th.apkg").rename(tmp_path / "other.apkg")
    (course / "notes.lock").write_bytes(lock)
    write_course(course.parent, {"alliance": ALLIANCE.replace("*demanding*", "*good*")})
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000100")
    out = _diff(capsys, "--since", str(package))
    assert "but      Anki has one that is as new: build with --restamp TH-2" in out


def test_the_package_chooses_its_course(
    course: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_course(course.parent, {"leaf": EMPATHY}, 'title = "Botany"', "botany")
    out = _diff(capsys, "--since", str(tmp_path / "output/th/th.apkg"))
    assert out == "th: an import changes nothing\n"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "damaged, or no Anki package"),
        (b"PK\x05\x06" + bytes(18), "damaged, or no Anki package"),
        (None, "No such file"),
    ],
)
def test_what_is_no_package_is_said(
    course: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], data: bytes | None, why: str
) -> None:
    path = tmp_path / "x.apkg"
    if data is not None:
        path.write_bytes(data)
    assert why in _diff(capsys, "--since", str(path), status=2)


def _zipped(path: Path, name: str, data: bytes) -> Path:
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(name, data)
    return path


def test_a_package_that_anki_exported_is_told_from_ours(tmp_path: Path) -> None:
    with pytest.raises(PackageError, match="Anki exported it"):
        read_package(_zipped(tmp_path / "x.apkg", "collection.anki21b", b"zstd"))


@pytest.mark.parametrize("data", [b"not a database", b"SQLite format 3\x00" + bytes(200)])
def test_a_damaged_database_is_no_traceback(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(PackageError, match="damaged"):
        read_package(_zipped(tmp_path / "x.apkg", "collection.anki2", data))


def test_unknown_names_are_wrong_usage(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "there is no course “thh”; did you mean “th”?" in _diff(capsys, "thh", status=2)
    assert "shares a note" in _diff(capsys, "--since", _foreign_package(course), status=2)


def _foreign_package(course: Path) -> str:
    other = course.parent.parent / "other"
    write_course(other / "content", {"leaf": EMPATHY}, 'title = "Botany"', "botany")
    build_in(other, "anki")
    return str(other / "output/botany/botany.apkg")


def test_a_package_reads_back_as_the_lock_has_it(course: Path, tmp_path: Path) -> None:
    entries = {entry.guid: entry for entry in lock_of(course).entries}
    for found in read_package(tmp_path / "output/th/th.apkg"):
        known = entries[found.guid]
        assert (found.number, found.fields, found.tags, found.mod, found.topic) == (
            known.number,
            known.fields,
            known.tags,
            known.mod,
            known.topic,
        )


@pytest.mark.parametrize(
    ("before", "after", "parts"),
    [
        ("a b c", "a x c", ["same a ", "deleted b", "inserted x", "same  c"]),
        ("", "new", ["inserted new"]),
        ("old", "", ["deleted old"]),
        ("日本語", "日木語", ["same 日", "deleted 本", "inserted 木", "same 語"]),
    ],
)
def test_words_are_compared_one_by_one(before: str, after: str, parts: list[str]) -> None:
    found = [f"{part.kind} {part.text}" for part in word_changes(before, after)]
    assert found == parts


def test_what_stayed_is_cut_to_what_stands_near_a_change() -> None:
    text = "long " * 40
    first, *_, last = word_changes(f"{text}a {text}", f"{text}b {text}")
    assert first == Part("same", f"…{text[-30:]}")
    assert last.text.endswith("…")
    assert len(last.text) < 40


def test_a_very_long_text_is_shown_as_replaced() -> None:
    found = word_changes("a " * 3000, "b " * 3000)
    assert [part.kind for part in found] == ["deleted", "inserted"]
