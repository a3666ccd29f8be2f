"""What is built again: what changed, and nothing else; and always what a first build would give."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from builder import model
from builder.build import make
from builder.build import report as reports
from builder.build.cache import Cache
from builder.build.courses import check
from builder.build.identify import Demands
from builder.build.manifest import NAME as MANIFEST
from builder.build.report import Report
from builder.build.request import Request
from builder.build.run import build
from builder.build.shelf import KeptLock, KeptShelf, Standing
from builder.build.task import Task, render
from builder.hashes import sha
from builder.identity.lock import Lock, read_lock
from builder.printing.profiles import Offset, Profile
from builder.printing.request import Printing
from builder.rendering.fields import fields_of
from tests.anki_fixture import png
from tests.courses import (
    ALLIANCE,
    EMPATHY,
    Silence,
    build_in,
    errors,
    lock_of,
    outputs_in,
    write_course,
)

TOPICS = {"alliance": ALLIANCE, "unit-1/empathy": EMPATHY}


@pytest.fixture(name="rendered")
def names_of_what_is_rendered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that gets the kind and topics of all that is rendered."""
    names: list[str] = []

    def listening(task: Task) -> object:
        names.append("/".join((task.output, *(topic.name for topic in task.context.topics))))
        return render(task)

    monkeypatch.setattr(make, "render", listening)
    return names


@pytest.fixture(scope="module")
def built_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder in which the course was built."""
    folder = tmp_path_factory.mktemp("built")
    write_course(folder / "content", TOPICS)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        assert errors(build_in(folder)) == []
    return folder


@pytest.fixture(name="course")
def built_course(built_once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the built course in a folder of the test's own, which is the working folder."""
    shutil.copytree(built_once, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "content/th"


def test_touching_a_file_renders_nothing(course: Path, tmp_path: Path, rendered: list[str]) -> None:
    for path in (course / "alliance.md", course / "course.toml"):
        path.touch()
    report = build_in(tmp_path)
    assert rendered == []
    assert not any(made.changed for made in report.made)


def test_an_edited_topic_renders_its_outputs_and_the_deck(
    course: Path, tmp_path: Path, rendered: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The files for the course are bound of parts that the cache has."""
    monkeypatch.setenv("RECTOVERSO_CACHE", str(tmp_path / "cache"))
    shutil.rmtree(tmp_path / "output")
    build_in(tmp_path)
    rendered.clear()
    (course / "alliance.md").write_text(ALLIANCE.replace("easy", "light"), encoding="utf-8")
    build_in(tmp_path)
    assert sorted(rendered) == [
        "anki",
        "flashcards/alliance",
        "handouts/alliance",
        "retired",
        "retired-list",
    ]


def test_the_courses_title_renders_what_shows_it(
    course: Path, tmp_path: Path, rendered: list[str]
) -> None:
    write_course(course.parent, TOPICS, 'title = "Healing"\ncode = "TH"')
    build_in(tmp_path)
    assert {name.partition("/")[0] for name in rendered} >= {"anki", "flashcards", "handouts"}


def test_a_setting_of_one_output_leaves_the_others_alone(
    course: Path, tmp_path: Path, rendered: list[str]
) -> None:
    write_course(course.parent, TOPICS, 'title = "Therapy"\n[handout]\nanswers = "none"')
    build_in(tmp_path)
    assert sorted(rendered) == ["handouts/alliance", "handouts/unit-1/empathy"]


@pytest.mark.parametrize("spoil", [Path.unlink, lambda path: path.write_bytes(b"edited")])
def test_an_output_that_was_deleted_or_edited_is_made_again(
    course: Path, tmp_path: Path, spoil: object
) -> None:
    before = outputs_in(tmp_path)
    assert callable(spoil)
    spoil(tmp_path / "output/th/handouts/alliance.pdf")
    spoil(tmp_path / "output/th/th-handouts.pdf")
    report = build_in(tmp_path)
    assert outputs_in(tmp_path) == before
    assert sum(made.changed for made in report.made) == 2


def test_force_makes_all_anew(course: Path, tmp_path: Path, rendered: list[str]) -> None:
    before = outputs_in(tmp_path)
    build_in(tmp_path, forced=True)
    assert len(rendered) == 7
    assert outputs_in(tmp_path) == before


# --- what is gone ------------------------------------------------------------------------------


def test_a_topic_that_is_gone_takes_its_outputs_along(course: Path, tmp_path: Path) -> None:
    shutil.rmtree(course / "unit-1")
    report = build_in(tmp_path)
    left = set(outputs_in(tmp_path))
    assert not any("empathy" in name for name in left)
    assert {path.name for path in report.removed} >= {"empathy.pdf"}
    assert not (tmp_path / "output/th/handouts/unit-1").exists()


def test_a_course_that_is_gone_takes_its_outputs_along(course: Path, tmp_path: Path) -> None:
    write_course(tmp_path / "content", {"leaf": EMPATHY}, 'title = "Botany"', "botany")
    build_in(tmp_path)
    shutil.rmtree(course)
    build_in(tmp_path)
    assert {name.partition("/")[0] for name in outputs_in(tmp_path)} == {"botany"}


def test_files_of_others_and_files_that_were_edited_stay(course: Path, tmp_path: Path) -> None:
    """Only what we wrote, and as we wrote it, is removed."""
    mine = tmp_path / "output/th/handouts/unit-1/mine.pdf"
    mine.write_bytes(b"mine")
    edited = tmp_path / "output/th/flashcards/unit-1/empathy.pdf"
    edited.write_bytes(b"with notes of mine")
    shutil.rmtree(course / "unit-1")
    build_in(tmp_path)
    assert mine.read_bytes() == b"mine"
    assert edited.read_bytes() == b"with notes of mine"
    assert not (tmp_path / "output/th/handouts/unit-1/empathy.pdf").exists()


def test_a_topic_or_a_course_with_errors_keeps_itsoutputs_in(course: Path, tmp_path: Path) -> None:
    before = outputs_in(tmp_path)
    (course / "alliance.md").write_text("# A\n\n<b>raw</b>\n", encoding="utf-8")
    build_in(tmp_path)
    assert outputs_in(tmp_path) == before
    (course / "course.toml").write_text("title = ", encoding="utf-8")
    build_in(tmp_path)
    assert outputs_in(tmp_path) == before


def _no_room(path: Path, data: bytes, **_options: bool) -> None:
    raise PermissionError(13, "Permission denied", str(path))


@pytest.mark.parametrize(
    "what", ["a broken lock", "no room for the lock", "a code that is unknown"]
)
def test_a_course_on_which_nothing_can_be_built_keeps_itsoutputs_in(
    course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    before, demands = outputs_in(tmp_path), Demands()
    match what:
        case "a broken lock":
            (course / "notes.lock").write_text("<<<<<<< ours\n", encoding="utf-8")
        case "no room for the lock":
            (course / "alliance.md").write_text(ALLIANCE.replace("easy", "light"), encoding="utf-8")
            monkeypatch.setattr(reports, "write_atomically", _no_room)
        case _:
            demands = Demands(restamp=("TH-99",))
    report = build_in(tmp_path, demands=demands)
    assert report.removed == []
    assert outputs_in(tmp_path) == before


def test_a_build_of_less_removes_nothing(course: Path, tmp_path: Path) -> None:
    before = set(outputs_in(tmp_path))
    shutil.rmtree(course / "unit-1")
    build_in(tmp_path, "handouts")
    build_in(tmp_path, targets=("th/alliance",))
    assert set(outputs_in(tmp_path)) == before


def test_a_way_to_print_that_makes_other_files_leaves_none_of_the_old(
    course: Path, tmp_path: Path
) -> None:
    settings = 'title = "Therapy"\n[flashcards]\nduplex = "separate"'
    write_course(course.parent, TOPICS, settings)
    build_in(tmp_path)
    assert "th/flashcards/alliance.pdf" not in outputs_in(tmp_path)
    assert "th/th-flashcards.pdf" not in outputs_in(tmp_path)


def _manifest(job: str, file: str, origin: str = "content", known: str = "x") -> str:
    record = {"key": "", "course": "th", "kind": "anki", "origin": origin, "diagnostics": []}
    return json.dumps({"version": 1, "jobs": {job: {**record, "files": {file: known}}}})


# --- the manifest ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"version": 1}',
        '{"version": 1, "jobs": {"x": {}}}',
        _manifest("th/anki", "../content/th/alliance.md"),
    ],
)
def test_a_manifest_that_cannot_be_read_is_made_anew(
    course: Path, tmp_path: Path, text: str
) -> None:
    before = outputs_in(tmp_path)
    whole = (tmp_path / "output" / MANIFEST).read_bytes()
    (tmp_path / "output" / MANIFEST).write_text(text, encoding="utf-8")
    assert errors(build_in(tmp_path)) == []
    assert outputs_in(tmp_path) == before
    assert (tmp_path / "output" / MANIFEST).read_bytes() == whole


def test_a_manifest_cannot_make_us_remove_what_lies_elsewhere(course: Path, tmp_path: Path) -> None:
    """Somebody may have sent it along with a course."""
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    text = _manifest("th/gone", "../victim", (tmp_path / "content").as_posix(), sha(b"precious"))
    (tmp_path / "output" / MANIFEST).write_text(text, encoding="utf-8")
    build_in(tmp_path)
    assert victim.read_bytes() == b"precious"


# --- the cache ---------------------------------------------------------------------------------


def test_outputs_that_were_removed_come_from_the_cache(
    course: Path, tmp_path: Path, rendered: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECTOVERSO_CACHE", str(tmp_path / "cache"))
    build_in(tmp_path, forced=True)
    shutil.rmtree(tmp_path / "output")
    build_in(tmp_path)
    first, count = outputs_in(tmp_path), len(rendered)
    shutil.rmtree(tmp_path / "output")
    build_in(tmp_path)
    assert len(rendered) == count
    assert outputs_in(tmp_path) == first


@pytest.mark.parametrize(
    "settings", ['duplex = "short-edge"', 'duplex = "fold"', 'marks = "corners"']
)
def test_another_way_to_print_lays_out_no_text_again(
    course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: str
) -> None:
    """What was laid out is placed anew, and comes out as if all had been made anew."""
    monkeypatch.setenv("RECTOVERSO_CACHE", str(tmp_path / "cache"))
    shutil.rmtree(tmp_path / "output")
    build_in(tmp_path, "flashcards")
    write_course(course.parent, TOPICS, f'title = "Therapy"\n[flashcards]\n{settings}')
    with monkeypatch.context() as patch:
        patch.setattr("builder.rendering.pdf.lay_out", _refuse)
        assert errors(build_in(tmp_path, "flashcards")) == []
    placed = outputs_in(tmp_path)
    build_in(tmp_path, "flashcards", forced=True)
    assert outputs_in(tmp_path) == placed


def test_another_printer_makes_no_other_kind_of_output_anew(
    course: Path, tmp_path: Path, rendered: list[str]
) -> None:
    printing = Printing(printer=Profile(portrait=Offset(0.5, 0.2)))
    request = Request(course.parent, tmp_path / "output", printing=printing)
    build(request, Silence())
    assert sorted(rendered) == ["flashcards/alliance", "flashcards/unit-1/empathy"]


def _refuse(*_arguments: object) -> None:
    raise AssertionError("text was laid out")


def test_a_poisoned_cache_changes_nothing(
    course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECTOVERSO_CACHE", str(tmp_path / "cache"))
    shutil.rmtree(tmp_path / "output")
    build_in(tmp_path)
    first = outputs_in(tmp_path)
    for path in (tmp_path / "cache").rglob("*"):
        if path.is_file():
            path.write_bytes(path.read_bytes()[:-20] + b"x" * 20)
    shutil.rmtree(tmp_path / "output")
    assert errors(build_in(tmp_path)) == []
    assert outputs_in(tmp_path) == first


# --- incremental is as from scratch --------------------------------------------------------------

_words = st.sampled_from(["leaf", "root", "stem", "bud"])
_edits = st.lists(
    st.one_of(
        st.tuples(st.just("answer"), _words),
        st.tuples(st.just("prompt"), _words),
        st.tuples(st.just("blank"), _words),
        st.tuples(st.just("picture"), st.sampled_from(["red", "blue"])),
        st.tuples(st.just("rename"), _words),
        st.tuples(st.just("remove"), st.sampled_from(["a", "b"])),
        st.tuples(st.just("add"), st.sampled_from(["a", "b", "c"])),
        st.tuples(st.just("title"), _words),
        st.tuples(st.just("break"), st.just("")),
        st.tuples(st.just("touch an output"), st.just("")),
        st.tuples(st.just("lose the manifest"), st.just("")),
        st.tuples(st.just("lose the cache"), st.just("")),
    ),
    min_size=1,
    max_size=6,
)


def _topic(title: str, prompt: str, answer: str) -> str:
    return f"# {title}\n\n## Review questions\n\n### What is a {prompt}?\n\nA {answer}.\n"


def _edit(folder: Path, what: str, word: str) -> None:
    course = folder / "content/th"
    match what:
        case "answer" | "prompt":
            parts = {"answer": "part of a plant", "prompt": "thing", what: word}
            text = _topic("A", parts["prompt"], parts["answer"])
            (course / "a.md").write_text(text, encoding="utf-8")
        case "blank":
            fact = f"\n## Key facts\n\n- A {{{{{word}}}}} is part of a {{{{plant}}}} and green.\n"
            (course / "a.md").write_text(f"# A\n{fact}", encoding="utf-8")
        case "picture":
            (course / "leaf.png").write_bytes(png(word))
            text = _topic("C", "picture", "![A leaf](leaf.png)")
            (course / "c.md").write_text(text, encoding="utf-8")
        case "rename":
            for path in sorted(course.glob("b*.md")):
                path.rename(course / f"b-{word}.md")
        case "remove":
            (course / f"{word}.md").unlink(missing_ok=True)
        case "add":
            (course / f"{word}.md").write_text(_topic(word, f"new {word}", "x"), encoding="utf-8")
        case "title":
            (course / "course.toml").write_text(f'title = "{word}"\ncode = "TH"\n', "utf-8")
        case "break":
            (course / "b.md").write_text("# B\n\n<b>raw</b>\n", encoding="utf-8")
        case _:
            _lose(folder, what)


def _lose(folder: Path, what: str) -> None:
    """Change what is no source: an output, the manifest, the cache."""
    match what:
        case "touch an output":
            for path in (folder / "output").rglob("*.apkg"):
                path.write_bytes(b"edited")
        case "lose the manifest":
            (folder / "output" / MANIFEST).unlink(missing_ok=True)
        case "lose the cache":
            shutil.rmtree(folder / "cache", ignore_errors=True)


def _builder(folder: Path, *, is_warm: bool) -> Callable[[], object]:
    """Return what builds a folder with a cache; a warm one knows what it did before."""
    request = Request(folder / "content", folder / "output", ("anki", "retired-list"))
    shelf = KeptShelf.open(Cache(folder / "cache"), folder / "content")

    def cold() -> Report:
        fresh = KeptShelf.open(Cache(folder / "cache"), folder / "content")
        return build(request, Silence(), shelf=fresh)

    return partial(build, request, Silence(), shelf=shelf) if is_warm else cold


@pytest.mark.parametrize("is_warm", [False, True])
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=_edits)
@example(edits=[("blank", "leaf"), ("blank", "root"), ("answer", "bud"), ("blank", "leaf")])
@example(edits=[("picture", "red"), ("picture", "blue"), ("rename", "bud")])
def test_after_any_edits_the_files_are_those_of_a_build_from_scratch(
    tmp_path_factory: pytest.TempPathFactory, edits: list[tuple[str, str]], *, is_warm: bool
) -> None:
    """Byte for byte, as far as a build from scratch makes them: broken topics keep old ones."""
    folder = tmp_path_factory.mktemp("edited")
    write_course(folder / "content", {"a": _topic("A", "leaf", "x"), "b": _topic("B", "root", "y")})
    once_more = _builder(folder, is_warm=is_warm)
    once_more()
    for edit in edits:
        _edit(folder, *edit)
        once_more()
    scratch = tmp_path_factory.mktemp("scratch")
    shutil.copytree(folder / "content", scratch / "content")
    build_in(scratch, "anki", "retired-list")
    made = outputs_in(scratch)
    assert {name: data for name, data in outputs_in(folder).items() if name in made} == made


def test_the_report_of_what_is_up_to_date_says_what_the_first_build_said(
    course: Path, tmp_path: Path
) -> None:
    """Warnings are part of an output: they are told as long as they hold."""
    long = "\n\n".join(["A sentence that goes on and on about the leaves of trees. " * 8] * 6)
    text = ALLIANCE.replace("Listening and validating.", long)
    (course / "alliance.md").write_text(text, encoding="utf-8")
    first, second = build_in(tmp_path), build_in(tmp_path)
    assert _warnings(first) == _warnings(second)
    assert "card-split" in _warnings(first)


def _warnings(report: Report) -> list[str]:
    return sorted(found.code for found in report.diagnostics if found.severity == "warning")


def test_a_check_between_builds_loses_nothing_that_they_know(
    course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECTOVERSO_CACHE", str(tmp_path / "cache"))
    build_in(tmp_path, "anki")
    (course / "alliance.md").write_text(ALLIANCE.replace("easy", "light"), encoding="utf-8")
    check(tmp_path / "content")
    asked: list[str] = []

    def listening(note: model.Note, *others: object) -> model.AnkiFields:
        asked.append(note.span.path)
        return fields_of(note, *others)  # type: ignore[arg-type]

    monkeypatch.setattr("builder.build.identify.fields_of", listening)
    build_in(tmp_path, "anki")
    assert {Path(path).name for path in asked} == {"alliance.md"}


def test_an_earlier_lock_that_is_put_back_learns_again_what_changed(
    course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is known of the topics in one lock isn't taken for known of another."""
    monkeypatch.setenv("RECTOVERSO_CACHE", str(tmp_path / "cache"))
    lock = course / "notes.lock"
    before = lock.read_bytes()
    (course / "alliance.md").write_text(ALLIANCE.replace("easy", "light"), encoding="utf-8")
    build_in(tmp_path, "anki")
    lock.write_bytes(before)
    build_in(tmp_path, "anki")
    assert "An light and friendly contact" in lock.read_text(encoding="utf-8")


def test_what_stands_in_one_lock_is_not_said_of_another(tmp_path: Path) -> None:
    first, second = (KeptShelf.open(Cache(tmp_path), tmp_path / "content") for _ in range(2))
    first.keep_standing("th", Standing("sha", "proof", {"leaf": "key"}))
    first.save()
    for shelf in (first, second):
        for lock, topics in (
            (KeptLock(Lock("th"), "sha", "proof"), {"leaf": "key"}),
            (KeptLock(Lock("th"), "other", "proof"), {}),
            (KeptLock(Lock("th"), "sha", "other"), {}),
        ):
            assert shelf.standing_in(lock, "th") == topics


def test_a_cache_that_is_lost_while_building_is_no_matter(
    course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECTOVERSO_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(Cache, "get", lambda *_: None)
    before = outputs_in(tmp_path)
    (tmp_path / "output/th/th-handouts.pdf").unlink()
    build_in(tmp_path)
    assert outputs_in(tmp_path) == before


def test_a_lock_that_a_check_has_read_is_not_parsed_again(
    course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It came from version control, say, so that no build here has left it."""
    build_in(tmp_path, "anki")
    monkeypatch.setenv("RECTOVERSO_CACHE", str(tmp_path / "cache"))
    parsed: list[str] = []
    parse = read_lock

    def listening(text: str, path: str) -> object:
        parsed.append(path)
        return parse(text, path)

    monkeypatch.setattr("builder.identity.lock.read_lock", listening)
    before = lock_of(course)
    parsed.clear()
    for _ in range(2):
        assert check(tmp_path / "content").diagnostics == ()
    assert len(parsed) == 1
    build_in(tmp_path, "anki")
    assert len(parsed) == 1
    assert lock_of(course) == before
