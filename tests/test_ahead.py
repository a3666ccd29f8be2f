"""What was edited is rendered before its notes are recognised, and right whatever they are."""

from __future__ import annotations

import shutil
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from builder.build.cache import Cache
from builder.build.courses import load_courses
from builder.build.identify import Demands, identify
from builder.build.ready import render
from builder.build.request import Request
from builder.build.run import build
from builder.build.shelf import KeptShelf
from builder.build.workers import Workers
from builder.identity.lock import encoded
from tests.courses import Silence, build_in, errors, outputs_in, write_course
from tests.golden import PICTURE

if TYPE_CHECKING:
    from collections.abc import Callable

    from builder.build.report import Report

FIRST, SECOND = ("### What is a leaf?\n\nAn organ.\n\n", "### What is a root?\n\nBelow.\n\n")
LEAF = f"# Leaf\n\nAn organ of a *plant*.\n\n## Review questions\n\n{FIRST}{SECOND}"
CLOZE = "# Bud\n\n## Key facts\n\n- A {{bud}} becomes a {{leaf}}.\n"


class _AtOnce(Executor):
    """Does what it is given when it is given it, in this process."""

    def submit(self, call: Callable[..., Any], /, *of: Any, **named: Any) -> Future[Any]:  # noqa: ANN401
        future = Future[Any]()
        try:
            future.set_result(call(*of, **named))
        except Exception as error:  # noqa: BLE001  # as a real one does
            future.set_exception(error)
        return future


@dataclass
class _Author:
    """Builds a course again and again in one process; `rendered` is what workers did, by kind."""

    folder: Path
    shelf: KeptShelf | None
    rendered: list[str] = field(default_factory=list)
    workers: Any = None

    def __post_init__(self) -> None:
        def noting(task: Any) -> object:  # noqa: ANN401
            self.rendered.append(task.output)
            return render(task)

        self.workers = Workers(noting, 2, make_executor=_AtOnce)
        self.workers.prepare(lambda: None)

    def write(self, **topics: str) -> None:
        for name, text in topics.items():
            (self.folder / f"content/th/{name}.md").write_text(text, encoding="utf-8")

    def build(self, *told: str, demands: Demands | None = None) -> Report:
        """Build; it is told which files of the course changed, if any are named."""
        self.rendered.clear()
        changed = [(self.folder / "content/th" / name).absolute() for name in told]
        only, here = ("handouts", "flashcards"), self.folder
        request = Request(here / "content", here / "output", only, (), demands or Demands())
        return build(request, Silence(), self.workers, self.shelf, changed)

    def begun_before(
        self, call: Callable[..., object], name: str, patch: pytest.MonkeyPatch
    ) -> list[str]:
        """Return what will have been rendered when a function, known by this name, is called."""
        begun: list[str] = []

        def late(*of: Any, **named: Any) -> object:  # noqa: ANN401
            begun.extend(self.rendered)
            return call(*of, **named)

        patch.setattr(name, late)
        return begun

    def is_right(self) -> bool:
        """Tell whether the outputs are those of a build that knows nothing."""
        scratch = self.folder / "scratch"
        shutil.copytree(self.folder / "content", scratch / "content")
        build_in(scratch, "handouts", "flashcards")
        same = outputs_in(scratch) == outputs_in(self.folder)
        shutil.rmtree(scratch)
        return same


def _author_in(folder: Path, patch: pytest.MonkeyPatch) -> _Author:
    """Return an author who has built the course in a folder, which is the working folder."""
    patch.chdir(folder)
    patch.setenv("RECTOVERSO_CACHE", str(folder / "cache"))
    author = _Author(folder, KeptShelf.open(Cache(folder / "cache"), folder / "content"))
    author.build()
    return author


@pytest.fixture(scope="module")
def built_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder in which the course was built, so that others find its pages in the cache."""
    folder = tmp_path_factory.mktemp("built")
    stem = "# Stem\n\nIt stands.\n"
    write_course(folder / "content", {"leaf": LEAF, "bud": CLOZE, "stem": stem})
    with pytest.MonkeyPatch.context() as patch:
        _author_in(folder, patch)
    return folder


@pytest.fixture
def author(built_once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> _Author:
    shutil.copytree(built_once, tmp_path, dirs_exist_ok=True)
    return _author_in(tmp_path, monkeypatch)


def test_an_edited_topic_is_begun_before_its_notes_are_recognised(
    author: _Author, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = author.begun_before(identify, "builder.build.run.identify", monkeypatch)
    author.write(leaf=LEAF.replace("Below", "Below the ground"))
    report = author.build()
    assert begun == author.rendered == ["flashcards", "handouts"]
    assert sum(made.changed for made in report.made if not made.is_whole_course) == 2
    assert author.is_right()


def test_a_file_that_is_known_to_have_changed_is_begun_before_others_are_read(
    author: _Author, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = author.begun_before(load_courses, "builder.build.run.load_courses", monkeypatch)
    author.write(leaf=LEAF.replace("Below", "Below the ground"))
    author.build("leaf.md")
    assert begun == author.rendered == ["flashcards", "handouts"]
    assert author.is_right()


@pytest.mark.parametrize("text", [LEAF.replace("Below", "Below it"), LEAF.replace(FIRST, "")])
def test_a_process_that_builds_once_begins_before_it_writes_the_lock(
    author: _Author, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    begun = author.begun_before(encoded, "builder.identity.lock.encoded", monkeypatch)
    author.shelf = None
    author.write(leaf=text)
    report = author.build()
    assert begun == author.rendered == ["flashcards", "handouts"]
    assert sum(made.changed for made in report.made if not made.is_whole_course) == 2
    assert author.is_right()


@pytest.mark.parametrize(
    "told",
    [
        ("bud.md",),  # which did not
        ("course.toml", "../th", "none.md", "leaf", "../../elsewhere.md"),
        ("leaf.md", "bud.md", "stem.md"),
    ],
)
def test_what_is_told_of_changes_may_be_wrong(author: _Author, told: tuple[str, ...]) -> None:
    author.write(leaf=LEAF.replace("Below", "Below it"))
    author.build(*told)
    assert author.is_right()
    (author.folder / "content/th/stem.md").unlink()
    assert errors(author.build("stem.md")) == []


def test_a_file_that_became_a_link_out_of_the_course_is_not_begun(author: _Author) -> None:
    leaf, outside = author.folder / "content/th/leaf.md", author.folder / "outside.md"
    outside.write_text(LEAF.replace("Below", "Elsewhere"), encoding="utf-8")
    leaf.unlink()
    leaf.symlink_to(outside)
    assert errors(author.build("leaf.md")) == ["path-outside"]
    assert author.rendered == []


def test_files_that_change_by_hundreds_are_not_read_one_by_one(author: _Author) -> None:
    author.write(leaf=LEAF.replace("Below", "Below it"))
    read: list[object] = []
    assert author.shelf
    before = author.shelf.last["th"]
    author.shelf.last["th"] = replace(before, loaded=replace(before.loaded, read_again=read.append))
    author.build("leaf.md", *(f"leaf-{number}.md" for number in range(300)))
    assert read == []
    assert author.is_right()


def test_a_picture_that_is_new_is_no_matter(author: _Author) -> None:
    """Nobody has read it when its topic is begun."""
    (author.folder / "content/th/dot.png").write_bytes(PICTURE)
    author.write(stem="# Stem\n\nIt stands.\n\n![a dot](dot.png)\n")
    report = author.build("stem.md")
    assert errors(report) == []
    assert author.is_right()


@pytest.mark.parametrize(
    "text",
    [
        LEAF.replace(FIRST + SECOND, SECOND + FIRST),  # each has the code of the other one
        LEAF.replace(FIRST, ""),
        LEAF + "### What is a stem?\n\nIt stands.\n",
        LEAF.replace("What is a root", "Why is the sky blue").replace(
            "Below", "Light is scattered"
        ),
        LEAF.replace("An organ of a *plant*.", "Another lead."),
        LEAF.replace("leaf?", "leaf? {#own}"),
        LEAF.replace("An organ.", "An organ.\n\n### And?"),  # an error: the earlier files stay
    ],
)
def test_whatever_is_guessed_the_files_are_right(author: _Author, text: str) -> None:
    author.write(leaf=text)
    report = author.build("leaf.md")
    if not any(found.severity == "error" for found in report.diagnostics):
        assert author.is_right()
    author.write(leaf=LEAF.replace("Below", "Below it"))
    author.build()
    assert author.is_right()


def test_numbers_of_deletions_that_lasted_are_not_guessed_wrong(author: _Author) -> None:
    """The new first deletion is the third one for Anki, now and after the next edit."""
    text = CLOZE.replace("A {{bud}}", "In {{spring}} a {{bud}}")
    for each in (text, text.replace("becomes", "turns into"), text.replace("In {{", "In the {{")):
        author.write(bud=each)
        author.build()
        assert author.is_right()


def test_numbers_of_deletions_that_lasted_stay_while_another_topic_is_edited(
    author: _Author,
) -> None:
    author.write(bud=CLOZE.replace("A {{bud}}", "In {{spring}} a {{bud}}"))
    author.build()
    author.write(leaf=LEAF.replace("Below", "Below it"))
    author.build()
    assert sorted(author.rendered) == ["flashcards", "handouts"]
    assert author.is_right()


def test_an_edit_that_is_undone_leaves_nothing_behind(author: _Author) -> None:
    author.write(leaf=LEAF.replace("Below", "Below it"))
    author.build()
    author.write(leaf=LEAF)
    author.build()
    author.write(leaf=LEAF.replace("organ", "Organ"), bud=CLOZE.replace("A", "Each"))
    author.build()
    assert sorted(author.rendered) == ["flashcards", "flashcards", "handouts", "handouts"]
    assert author.is_right()


def test_a_note_that_is_sent_out_again_makes_no_page_anew(author: _Author) -> None:
    report = author.build(demands=Demands(restamp=("TH-1",)))
    assert author.rendered == []
    assert not any(made.changed for made in report.made)
