"""What a build writes, what it keeps, and that nothing is lost when something is wrong."""

from __future__ import annotations

from pathlib import Path

from builder.build.manifest import NAME as MANIFEST
from tests.courses import ALLIANCE, EMPATHY, build_in, errors, lock_of, prompt_of, write_course

TOPICS = {"alliance": ALLIANCE, "unit-1/empathy": EMPATHY}


def _files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != MANIFEST
    }


def test_a_build_makes_three_kinds_of_output(tmp_path: Path) -> None:
    write_course(tmp_path / "content", TOPICS)
    report = build_in(tmp_path)
    assert errors(report) == []
    assert set(_files(tmp_path / "output")) == {
        "th/handouts/alliance.pdf",
        "th/handouts/unit-1/empathy.pdf",
        "th/flashcards/alliance.pdf",
        "th/flashcards/unit-1/empathy.pdf",
        "th/th-flashcards.pdf",
        "th/th-handouts.pdf",
        "th/th.apkg",
    }


def test_a_second_build_writes_nothing(tmp_path: Path) -> None:
    course = write_course(tmp_path / "content", TOPICS)
    build_in(tmp_path)
    files = [*(tmp_path / "output").rglob("*.*"), course / "notes.lock"]
    before = {path: path.stat().st_mtime_ns for path in files}
    report = build_in(tmp_path)
    assert [made for made in report.made if made.changed] == []
    assert {path: path.stat().st_mtime_ns for path in files} == before


def test_a_topic_with_errors_keeps_its_outputs_and_the_others_build(tmp_path: Path) -> None:
    course = write_course(tmp_path / "content", TOPICS)
    build_in(tmp_path)
    before, lock = _files(tmp_path / "output"), lock_of(course)
    (course / "alliance.md").write_text(ALLIANCE + "\n<b>raw</b>\n", encoding="utf-8")
    empathy = EMPATHY.replace("Rogers did", "Carl Rogers did")
    (course / "unit-1/empathy.md").write_text(empathy, encoding="utf-8")
    report = build_in(tmp_path)
    after = _files(tmp_path / "output")
    changed = {name for name in after if after[name] != before[name]}
    assert "raw-html" in errors(report)
    assert changed == {"th/handouts/unit-1/empathy.pdf", "th/flashcards/unit-1/empathy.pdf"}
    assert [entry for entry in lock_of(course).entries if entry.topic == "alliance"] == [
        entry for entry in lock.entries if entry.topic == "alliance"
    ]
    held = ["th.apkg", "th-flashcards.pdf", "th-handouts.pdf"]
    assert [Path(line).name for line in report.held_back] == [
        f"{name} (errors in alliance)" for name in held
    ]


def test_only_and_targets_choose_what_is_built(tmp_path: Path) -> None:
    write_course(tmp_path / "content", TOPICS)
    build_in(tmp_path, "handouts", targets=("th/unit-1/empathy",))
    assert set(_files(tmp_path / "output")) == {"th/handouts/unit-1/empathy.pdf"}
    build_in(tmp_path, "anki", targets=("th",))
    assert set(_files(tmp_path / "output")) == {"th/handouts/unit-1/empathy.pdf", "th/th.apkg"}


def test_a_broken_course_does_not_stop_another(tmp_path: Path) -> None:
    write_course(tmp_path / "content", TOPICS)
    write_course(tmp_path / "content", TOPICS, settings="titel = 1", name="zz")
    report = build_in(tmp_path)
    assert {made.course for made in report.made} == {"th"}
    assert set(errors(report)) == {"course-key", "course-title"}


def test_output_inside_content_is_refused(tmp_path: Path) -> None:
    write_course(tmp_path / "content", TOPICS)
    (tmp_path / "output").symlink_to(tmp_path / "content" / "th")
    assert errors(build_in(tmp_path)) == ["output-inside-content"]
    assert not (tmp_path / "content/th/notes.lock").exists()


def test_an_output_that_is_in_the_way_is_reported_and_the_rest_is_written(tmp_path: Path) -> None:
    write_course(tmp_path / "content", TOPICS)
    (tmp_path / "output/th/th.apkg").mkdir(parents=True)
    report = build_in(tmp_path)
    assert errors(report) == ["not-writable"]
    assert len(_files(tmp_path / "output")) == 6


def test_a_file_where_the_output_folder_should_be(tmp_path: Path) -> None:
    write_course(tmp_path / "content", TOPICS)
    (tmp_path / "output").write_text("in the way", encoding="utf-8")
    report = build_in(tmp_path)
    assert set(errors(report)) == {"not-writable"}
    assert (tmp_path / "output").read_text(encoding="utf-8") == "in the way"


def test_no_temporary_file_is_left(tmp_path: Path) -> None:
    course = write_course(tmp_path / "content", TOPICS)
    (tmp_path / "output/th/th.apkg").mkdir(parents=True)
    build_in(tmp_path)
    hidden = [path.name for path in tmp_path.rglob(".*") if path.is_file()]
    assert hidden == [MANIFEST]
    assert (course / "notes.lock").is_file()


def test_cards_keep_their_codes_when_a_topic_before_them_is_added(tmp_path: Path) -> None:
    course = write_course(tmp_path / "content", {"m": ALLIANCE})
    build_in(tmp_path, "anki")
    before = {prompt_of(entry): entry.number for entry in lock_of(course).entries}
    (course / "a.md").write_text(EMPATHY, encoding="utf-8")
    build_in(tmp_path, "anki")
    after = {prompt_of(entry): entry.number for entry in lock_of(course).entries}
    assert before.items() < after.items()
    assert after["Who wrote of empathic understanding?"] == len(before) + 1
