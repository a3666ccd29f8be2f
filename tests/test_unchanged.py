"""A build with nothing to do only reads: it says the same as before, and any change is seen."""

from __future__ import annotations

import os
import subprocess
import sys
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from unittest.mock import Mock

import pytest

from builder import hashes
from builder.build import ready, run, unchanged, workers
from builder.cli import main
from builder.commands import build
from tests.courses import ALLIANCE, EMPATHY, write_course

ROOT = Path(__file__).resolve().parent.parent
HEAVY = {"weasyprint", "genanki", "jinja2", "markdown_it", "pikepdf", "builder.build.run"}


@pytest.fixture(name="course")
def built_course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RECTOVERSO_CACHE", str(tmp_path / "cache"))
    course = write_course(tmp_path / "content", {"alliance": ALLIANCE, "empathy": EMPATHY})
    assert _build() == 0
    return course


def _build(*arguments: str) -> int:
    return main(["build", "--only", "anki", *arguments])


@pytest.fixture(name="builds")
def builds_that_were_made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that grows with each build that does more than look."""
    made: list[str] = []
    build = run.build

    def listening(*arguments: object) -> object:
        made.append("built")
        return build(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(run, "build", listening)
    return made


def _lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    out, err = capsys.readouterr()
    return [line.partition(" (")[0] for line in (out + err).splitlines()]


def test_nothing_is_built_and_the_same_is_said(
    course: Path, builds: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert _build() == 0
    assert _lines(capsys) == [
        "anki  output/th/th.apkg  5 notes, 6 cards",
        "0 files written, 1 unchanged",
    ]
    assert builds == []
    os.utime(course / "alliance.md")
    assert _build() == 0
    assert builds == []


def _edit(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\n")


@pytest.mark.parametrize(
    "change",
    [
        lambda course: _edit(course / "alliance.md"),
        lambda course: _edit(course / "course.toml"),
        lambda course: (course / "new.md").write_text("# New\n", encoding="utf-8"),
        lambda course: (course / "empathy.md").unlink(),
        lambda course: (course / "empathy.md").rename(course / "other.md"),
        lambda course: (course / "notes.lock").unlink(),
        lambda course: (course.parent.parent / "output/th/th.apkg").unlink(),
        lambda course: _edit(course.parent.parent / "output/th/th.apkg"),
        lambda course: write_course(course.parent, {"leaf": EMPATHY}, name="botany"),
        lambda course: (course / "link.md").symlink_to("alliance.md"),
        lambda course: os.mkfifo(course / "pipe.md"),
    ],
)
def test_every_change_is_seen(
    course: Path, builds: list[str], change: Callable[[Path], object]
) -> None:
    change(course)
    _build()
    assert builds == ["built"]


def test_a_pipe_beside_the_topics_is_not_waited_for(course: Path, builds: list[str]) -> None:
    os.mkfifo(course / "pipe")
    assert [_build(), _build()] == [0, 0]
    assert builds == ["built"]


@pytest.mark.parametrize("option", ["--force", "--strict", "--locked", "--duplex=short-edge"])
def test_whoever_asks_for_more_gets_it(course: Path, builds: list[str], option: str) -> None:
    _build(option)
    assert builds == ["built"]


def test_what_is_wrong_is_looked_at_again(course: Path, builds: list[str]) -> None:
    (course / "alliance.md").write_text("# A\n\n<b>raw</b>\n", encoding="utf-8")
    assert [_build(), _build()] == [1, 1]
    assert builds == ["built"] * 2


def test_warnings_are_told_again_and_decisions_are_not(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    reworded = EMPATHY.replace("Rogers did, in 1957.", "Carl Rogers, 1957.")
    (course / "empathy.md").write_text(reworded + "\n![](x y)\n", encoding="utf-8")
    (course / "alliance.markdown").write_text("# Ignored\n", encoding="utf-8")
    (course / "empathy.md").write_text(reworded, encoding="utf-8")
    _build()
    first = _lines(capsys)
    _build()
    second = _lines(capsys)
    assert any("info[note-recognised]" in line for line in first)
    assert any("warning[file-ignored]" in line for line in second)
    assert not any("info[" in line for line in second)


def test_it_loads_next_to_nothing(course: Path) -> None:
    """Else a build with nothing to do would take a second."""
    code = (
        "import sys; from builder.cli import main; main(['build', '--only', 'anki']);"
        "print(sorted(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=course.parent.parent,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    assert "0 files written, 1 unchanged" in done.stdout
    assert [name for name in HEAVY if f"'{name}'" in done.stderr] == []


def test_a_file_that_grows_while_it_is_read_is_hashed_as_it_is(tmp_path: Path) -> None:
    """Its size is asked for first, and then it may be another one."""
    path = tmp_path / "growing"
    path.write_bytes(b"0123456789")
    for size in (0, 4, 10, 99):
        assert hashes._content(str(path), size) == b"0123456789"


def test_a_change_is_told_before_files_that_were_left_alone_are_read(
    course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = unchanged.Plain(course.parent, Path("output"), [], [], Path("printers.toml"))
    last = unchanged.LastBuild(plain, {"inputs": dict(plain.inputs())})
    read: list[str] = []
    described = unchanged._described

    def noting(path: str, found: os.stat_result | None) -> str:
        read.append(path)
        return described(path, found)

    monkeypatch.setattr(unchanged, "_described", noting)
    told: list[list[str]] = []
    assert last.inputs(lambda: told.append(read.copy())) == last.known["inputs"]
    assert told == []
    read.clear()
    _edit(course / "empathy.md")
    inputs = last.inputs(lambda: told.append(read.copy()))
    assert told == [[str(course / "empathy.md")]]
    assert len(read) == 3
    assert inputs != last.known["inputs"]


def test_a_process_that_renders_is_begun_once_and_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    ready_workers = Mock(side_effect=lambda _size: Mock())
    monkeypatch.setattr(workers, "cores", lambda: 2)
    monkeypatch.setattr(ready, "ready_workers", ready_workers)
    parsed = Namespace(only=[], jobs=None, dry_run=False, explain=None)
    with build._helper(parsed) as begin:
        ready_workers.assert_not_called()
        begun = begin()
        assert begun is begin()
    ready_workers.assert_called_once_with(1)
    assert isinstance(begun, Mock)
    begun.close.assert_called_once_with()
    with build._helper(Namespace(**{**vars(parsed), "only": ["anki"]})) as begin:
        assert begin() is None
