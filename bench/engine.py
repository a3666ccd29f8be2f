"""How long builds take, beside one another in one run.

`python -m bench.engine [--alone] [TOPICS ...]`

For made-up courses of so many topics (1, 10 and 100 by default), as whole processes: the first
build, a build with nothing to do, the edit of a topic, a new title, another printer, `check`, and
how long `watch` takes until an edit is on paper.  Beside them, a bare WeasyPrint process on the
pages of that topic.  Seconds are those of the clock; quote the ratios.  bench/peers.py has others.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.courses import write_course
from bench.memory import Peak
from bench.peers import bare_weasyprint

ROOT = Path(__file__).resolve().parent.parent
_SINGLE = 100  # topics; of more, one process builds all only if it is asked to, for minutes
_EDITS = 5
_PROCESSES = {"all of it, by one process": ("--jobs", "1"), "all of it, by all processors": ()}


def main() -> None:
    """Print a table for each size, and before them what a second processor is worth here."""
    parser = argparse.ArgumentParser()
    parser.add_argument("topics", type=int, nargs="*", default=[1, 10, 100])
    parser.add_argument("--alone", action="store_true", help="one process also builds thousands")
    given = parser.parse_args()
    print(f"two processes do {_two_against_one():.2f} times what one does")
    for topics in given.topics:
        with tempfile.TemporaryDirectory() as folder:
            print(
                f"\n{topics:,} topics\n\n| what | seconds | of the first build |\n|---|---:|---:|"
            )
            course = Course(Path(folder), topics, is_compared=topics <= _SINGLE or given.alone)
            for what, seconds in course.rows():
                print(f"| {what} | {seconds:.2f} | {seconds / course.first:.4f} |", flush=True)
            print(f"\npeak memory of all processes of the first build: {course.peak:.0f} MB")


def _two_against_one() -> float:
    """Return how much more two busy processes do than one: on shared machines not twice as much."""

    def seconds(processes: int) -> float:
        started = time.perf_counter()
        loop = [sys.executable, "-c", "for number in range(20_000_000): pass"]
        for process in [subprocess.Popen(loop) for _ in range(processes)]:
            process.wait()
        return time.perf_counter() - started

    return statistics.median(2 * seconds(1) / seconds(2) for _ in range(_EDITS))


class Course:
    """A course that is built again and again."""

    def __init__(self, folder: Path, topics: int, *, is_compared: bool) -> None:
        self._folder, self._topics, self._is_compared = folder, topics, is_compared
        self._course = write_course(folder / "content", topics)
        self.first, self.peak = 1.0, 0.0

    def rows(self) -> Iterator[tuple[str, float]]:
        """Yield what was done and how many seconds it took."""
        compared = list(self._by_processes()) if self._is_compared else []
        with Peak() as peak:
            self.first = self._seconds("build", "--quick", watched=peak)
        self.peak = peak.megabytes
        yield "first build, without the PDFs of the course (--quick)", self.first
        yield "these PDFs", self._seconds("build")
        yield from compared
        yield "nothing to do", self._median("build")
        yield "one topic edited (--quick)", self._median("build", "--quick", edit=True)
        yield "a bare WeasyPrint process, that topic's pages", self._bare()
        yield "the PDFs of the course after the edit", self._seconds("build")
        yield "watch: one edit, until its PDFs are there", self._watched()
        if self._topics <= _SINGLE:
            self._replace(self._course / "course.toml", "Made up", "Made anew")
            yield "another title", self._seconds("build")
        yield "a new offset of the printer", self._seconds("build", "--printer", self._printer())
        yield "check, nothing known", self._seconds("check", cache="other")
        yield "check, all known", self._median("check", cache="other")

    def _by_processes(self) -> Iterator[tuple[str, float]]:
        """Yield how long one process takes for all, and how long all processors do.

        By turns where it doesn't take minutes, for the machine's speed changes meanwhile.
        """
        found: dict[str, list[float]] = {what: [] for what in _PROCESSES}
        for _ in range(_EDITS if self._topics <= _SINGLE else 1):
            for what, options in _PROCESSES.items():
                found[what].append(self._seconds("build", *options))
                self._forget()
        for what, seconds in found.items():
            yield what, statistics.median(seconds)

    def _median(self, *command: str, edit: bool = False, cache: str = "cache") -> float:
        found = []
        for number in range(_EDITS):
            if edit:
                self._edit(number)
            found.append(self._seconds(*command, cache=cache))
        return statistics.median(found)

    def _seconds(self, *command: str, cache: str = "cache", watched: Peak | None = None) -> float:
        started = time.perf_counter()
        process = self._started(*command, cache=cache)
        if watched:
            watched.process = process.pid
        said = process.communicate()[0]
        assert process.returncode == 0, said
        return time.perf_counter() - started

    def _started(self, *command: str, cache: str = "cache") -> subprocess.Popen[str]:
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "RECTOVERSO_CACHE": str(self._folder / cache),
            "XDG_CONFIG_HOME": str(self._folder / "config"),
        }
        return subprocess.Popen(
            [sys.executable, "-m", "builder", *command],
            cwd=self._folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def _forget(self) -> None:
        """Leave nothing of earlier builds."""
        for name in ("output", "cache"):
            shutil.rmtree(self._folder / name, ignore_errors=True)
        for lock in self._folder.rglob("notes.lock"):
            lock.unlink()

    def _edit(self, number: int) -> Path:
        """Change a word of an answer, which is on the handout, on a card and in the deck."""
        topic = self._course / "topic-00001.md"
        text = topic.read_text(encoding="utf-8")
        head, mark, answers = text.partition("### ")
        question, gap, answer = answers.partition("\n\n")
        topic.write_text(f"{head}{mark}{question}{gap}Edit {number}. {answer}", encoding="utf-8")
        return topic

    def _replace(self, path: Path, old: str, new: str) -> None:
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")

    def _printer(self) -> str:
        offsets = ("--a", "0.6", "-0.4", "--b", "0.8", "0.1")
        self._seconds("calibrate", "bench", *offsets)
        return "bench"

    def _bare(self) -> float:
        return bare_weasyprint(self._folder / "content", self._folder / "bare", _EDITS)

    def _watched(self) -> float:
        """Return the median of the seconds from an edit until both PDFs of the topic are new."""
        paths = [
            self._folder / f"output/made/{kind}/topic-00001.pdf"
            for kind in ("handouts", "flashcards")
        ]
        found = []
        with self._watching():
            for number in range(_EDITS):
                time.sleep(3)  # as an author would think; large courses are being bound then
                before = [path.stat().st_mtime_ns for path in paths]
                started = time.perf_counter()
                self._edit(100 + number)
                while any(_is_old(*pair) for pair in zip(paths, before, strict=True)):
                    time.sleep(0.002)
                found.append(time.perf_counter() - started)
        return statistics.median(found)

    @contextmanager
    def _watching(self) -> Iterator[None]:
        process = self._started("watch")
        assert process.stdout
        for line in process.stdout:
            if " unchanged" in line:
                break
        try:
            yield
        finally:
            process.kill()
            process.communicate()


def _is_old(path: Path, before: int) -> bool:
    try:
        return path.stat().st_mtime_ns == before
    except OSError:
        return True


if __name__ == "__main__":
    main()
