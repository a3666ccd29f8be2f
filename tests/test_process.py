"""A process that works for another: it may be ended at any moment, and leaves nothing behind."""

from __future__ import annotations

import contextlib
import itertools
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from builder.build.process import OneProcess, TemporaryFolder
from tests.courses import write_course

ROOT = Path(__file__).resolve().parent.parent
TOPIC = "# T{0}\n\n## Review questions\n\n### What is {0}?\n\nA number.\n"


@pytest.fixture(name="temporary")
def _temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a folder for temporary files, and let all of the test's processes use it."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    yield folder
    tempfile.tempdir = None


def test_temporary_files_of_a_process_go_with_it(temporary: Path) -> None:
    process = OneProcess()
    made = Path(process.submit(tempfile.mkdtemp).result())
    assert made.is_dir()
    assert made.parent.parent == temporary
    process.kill()
    assert list(temporary.iterdir()) == []


def test_a_process_works_where_no_folder_can_be_made(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "none"))
    process = OneProcess()
    try:
        assert process.submit(os.getpid).result() != os.getpid()
    finally:
        process.kill()
    assert TemporaryFolder().environment == {}


@pytest.fixture(name="building")
def _building(tmp_path: Path, temporary: Path) -> Iterator[subprocess.Popen[str]]:
    """Return a build by two processes, of which one at least is at work."""
    write_course(tmp_path / "content", {f"t{number}": TOPIC.format(number) for number in range(30)})
    with subprocess.Popen(
        [sys.executable, "-m", "builder", "build", "--jobs", "2"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        _until(lambda: any(temporary.glob("*/weasyprint-*")))
        yield process


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_build_leaves_no_temporary_file(tmp_path: Path, temporary: Path, jobs: str) -> None:
    write_course(tmp_path / "content", {f"t{number}": TOPIC.format(number) for number in range(13)})
    command = [sys.executable, "-m", "builder", "build", "--only", "handouts", "--jobs", jobs]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "RECTOVERSO_CACHE": str(tmp_path / "c")}
    subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=True)
    assert len(list(tmp_path.glob("output/*/handouts/*.pdf"))) == 13
    assert list(temporary.iterdir()) == []


def _until(is_so: Callable[[], object], seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.01)


def _is_over(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    return False


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="it has no groups of processes")
@pytest.mark.parametrize("ended", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_a_build_that_is_ended_leaves_no_process_no_temporary_file_and_whole_outputs(
    building: subprocess.Popen[str], ended: signal.Signals, tmp_path: Path, temporary: Path
) -> None:
    building.send_signal(ended)
    said = building.communicate()[1]
    if ended == signal.SIGKILL:
        assert building.returncode == -ended
    else:
        assert building.returncode == 130
        assert said == "interrupted; files that were finished are kept\n"
    _until(lambda: _is_over(building.pid))
    assert list(temporary.iterdir()) == []
    for written in (tmp_path / "output").rglob("*.pdf"):
        assert written.read_bytes().rstrip().endswith(b"%%EOF")


def test_a_folder_is_removed_while_somebody_writes_into_it(temporary: Path) -> None:
    own, is_over = TemporaryFolder(), threading.Event()
    (folder,) = temporary.iterdir()

    def write() -> None:
        with contextlib.suppress(FileNotFoundError):
            for number in itertools.count():
                (folder / f"{number}").write_bytes(b"font")
        is_over.set()

    threading.Thread(target=write, daemon=True).start()
    _until(lambda: len(list(folder.iterdir())) > 50)
    own.remove()
    assert is_over.wait(10)
    assert list(temporary.iterdir()) == []
