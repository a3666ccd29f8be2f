"""Two builds of the same courses at once: the second one waits and says so."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from builder.build import report as reports
from builder.build.one_at_a_time import one_at_a_time
from tests.courses import ALLIANCE, build_in, errors, lock_of, write_course

BUILD = [sys.executable, "-m", "builder", "build", "--only", "anki"]
HOLD = """
import sys, time
from pathlib import Path
from builder.build.one_at_a_time import one_at_a_time
with one_at_a_time(Path(sys.argv[1]), print):
    print("held", flush=True)
    time.sleep(60)
"""
ROOT = Path(__file__).resolve().parent.parent


def _start(folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        BUILD,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def test_a_second_build_waits_for_the_first_and_says_so(tmp_path: Path) -> None:
    write_course(tmp_path / "content", {"alliance": ALLIANCE})
    with one_at_a_time(tmp_path / "content", lambda: None):
        second = _start(tmp_path)
        assert second.stderr
        assert "waiting" in second.stderr.readline()
        assert second.poll() is None
        assert not (tmp_path / "content/th/notes.lock").exists()
    _, err = second.communicate(timeout=60)
    assert second.returncode == 0, err
    assert len(lock_of(tmp_path / "content/th").entries) == 4


def test_many_builds_at_once_leave_one_whole_lock(tmp_path: Path) -> None:
    """Each gives out the same numbers as if it were alone."""
    course = write_course(tmp_path / "content", {"alliance": ALLIANCE})
    builds = [_start(tmp_path) for _ in range(4)]
    results = [build.communicate(timeout=120) for build in builds]
    assert [build.returncode for build in builds] == [0] * 4, results
    alone = (course / "notes.lock").read_bytes()
    build_in(tmp_path, "anki")
    assert (course / "notes.lock").read_bytes() == alone
    assert sorted(path.name for path in course.iterdir()) == [
        "alliance.md",
        "course.toml",
        "notes.lock",
    ]


def test_a_build_that_was_killed_holds_nobody_up(tmp_path: Path) -> None:
    """The kernel lets go of the folder with the process."""
    write_course(tmp_path / "content", {"alliance": ALLIANCE})
    held = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path / "content")],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
    )
    assert held.stdout
    assert held.stdout.readline() == b"held\n"
    held.send_signal(signal.SIGKILL)
    held.communicate()
    started = time.monotonic()
    assert errors(build_in(tmp_path, "anki")) == []
    assert time.monotonic() - started < 30


def test_a_lock_that_cannot_be_written_builds_nothing_on_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the deck would hold codes and times that the next build doesn't know."""
    course = write_course(tmp_path / "content", {"alliance": ALLIANCE})
    build_in(tmp_path, "anki")
    before = (course / "notes.lock").read_bytes(), (tmp_path / "output/th/th.apkg").read_bytes()
    (course / "alliance.md").write_text(ALLIANCE.replace("easy", "light"), encoding="utf-8")

    def refuse(path: Path, data: bytes, **_options: bool) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(reports, "write_atomically", refuse)
    report = build_in(tmp_path, "anki")
    assert errors(report) == ["not-writable"]
    assert report.made == []
    after = (course / "notes.lock").read_bytes(), (tmp_path / "output/th/th.apkg").read_bytes()
    assert after == before
