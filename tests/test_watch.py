"""`watch`: what is saved is built at once, by whichever editor; mistakes and moves are survived."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest

from builder.commands.watch import Binder
from tests.courses import ALLIANCE, EMPATHY, lock_of, write_course

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 30.0  # seconds until a test gives up; a build takes a fraction of one


class Watching:
    """A running `rectoverso watch`, and the lines that it has said."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "RECTOVERSO_CACHE": str(folder / "cache"),
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "builder", "watch", *arguments],
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
        )
        self._lines = queue.Queue[str]()
        assert self._process.stdout
        self._reader = threading.Thread(target=self._read, args=(self._process.stdout,))
        self._reader.start()

    def _read(self, stream: IO[str]) -> None:
        for line in stream:
            self._lines.put(line.rstrip())

    def until(self, words: str) -> list[str]:
        """Wait for a line with these words; return the lines up to it."""
        found: list[str] = []
        while not found or words not in found[-1]:
            try:
                found.append(self._lines.get(timeout=PATIENCE))
            except queue.Empty:
                pytest.fail(f"{words} was not said, but:\n" + "\n".join(found))
        return found

    def interrupt(self) -> None:
        self._process.send_signal(signal.SIGINT)

    def status(self) -> int:
        """Wait for its end, and return the exit status."""
        status = self._process.wait(PATIENCE)
        assert self._process.stdout
        self._reader.join()
        self._process.stdout.close()
        return status

    def kill(self) -> None:
        self._process.kill()
        self.status()


@pytest.fixture(name="watching")
def watching_a_course(tmp_path: Path) -> Iterator[Watching]:
    write_course(tmp_path / "content", {"alliance": ALLIANCE, "unit/empathy": EMPATHY})
    watching = Watching(tmp_path, "--only", "anki")
    watching.until("file written")
    yield watching
    watching.kill()


@pytest.mark.slow
def test_what_is_saved_is_built(watching: Watching, tmp_path: Path) -> None:
    """Written in place, replaced by another file, or moved with its folder; Ctrl-C ends it well."""
    course = tmp_path / "content/th"
    deck = tmp_path / "output/th/th.apkg"
    first = deck.read_bytes()

    (course / "alliance.md").write_text(ALLIANCE.replace("easy", "light"), encoding="utf-8")
    watching.until("1 file written")
    second = deck.read_bytes()
    assert second != first

    saved = course / ".empathy.md.tmp"
    saved.write_text(EMPATHY.replace("1957", "1958"), encoding="utf-8")
    saved.replace(course / "unit/empathy.md")
    watching.until("1 file written")
    assert deck.read_bytes() != second

    (course / "unit").rename(course / "part")
    watching.until("1 file written")
    assert {entry.topic for entry in lock_of(course).entries} == {"alliance", "part/empathy"}
    watching.interrupt()
    assert watching.status() == 0


@pytest.mark.slow
def test_mistakes_are_shown_anew_and_survived(watching: Watching, tmp_path: Path) -> None:
    topic = tmp_path / "content/th/alliance.md"
    topic.write_text("# A\n\n<b>raw</b>\n", encoding="utf-8")
    assert any("error[raw-html]" in line for line in watching.until("2 errors"))
    topic.write_text(ALLIANCE.replace("easy", "light"), encoding="utf-8")
    assert not any("error" in line for line in watching.until("1 file written"))
    (tmp_path / "content").rename(tmp_path / "away")
    watching.until("error[course-none]")
    (tmp_path / "away").rename(tmp_path / "content")
    watching.until("1 unchanged")
    topic.write_text(ALLIANCE, encoding="utf-8")
    watching.until("1 file written")


def test_a_wrong_command_ends_at_once(tmp_path: Path) -> None:
    write_course(tmp_path / "content", {"alliance": ALLIANCE})
    watching = Watching(tmp_path, "other", "--only", "anki")
    watching.until("there is no course or topic “other”")
    assert watching.status() == 2


def test_large_courses_are_bound_by_a_process_that_may_be_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it has written is told when it is done; ended before, it is as if it had not begun."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    write_course(tmp_path / "content", {"alliance": ALLIANCE})
    command = [sys.executable, "-m", "builder", "build", "--only", "anki", "--format", "json"]
    binder = Binder(command)
    binder.start()
    assert len(list(temporary.iterdir())) == 1
    binder.stop()
    assert list(temporary.iterdir()) == []
    assert binder.finished() is None
    assert not (tmp_path / "output/th/th.apkg").exists()
    binder.start()
    while (written := binder.finished()) is None:
        time.sleep(0.05)
    assert written == ["output/th/th.apkg"]
    assert list(temporary.iterdir()) == []
    assert binder.finished() is None


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="it has no groups of processes")
def test_a_build_that_is_ended_ends_with_all_that_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    touch = "import pathlib, time; pathlib.Path('begun').touch(); time.sleep(0.5)"
    inner = f"{touch}; pathlib.Path('late').touch()"
    outer = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {inner!r}])"
    binder = Binder([sys.executable, "-c", outer])
    binder.start()
    while not (tmp_path / "begun").exists():
        time.sleep(0.01)
    binder.stop()
    time.sleep(1)
    assert not (tmp_path / "late").exists()
