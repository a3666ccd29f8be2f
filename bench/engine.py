"""How long builds take, beside one another in one run: `python -m bench.engine [TOPICS ...]`.

For made-up courses of so many topics (100 by default): the first build with one process and with
all cores, a build with nothing to do, one after the edit of a topic, one after the output folder
was removed, another way to print the cards, and `check`.  Seconds are those of the clock, for whole
processes; quote the ratios.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.courses import write_course

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Print a table for each size."""
    for topics in map(int, sys.argv[1:] or ["100"]):
        with tempfile.TemporaryDirectory() as folder:
            _measure(Path(folder), topics)


def _measure(folder: Path, topics: int) -> None:
    course = write_course(folder / "content", topics)
    print(f"\n{topics:,} topics\n\n| what | seconds | of the first build |\n|---|---:|---:|")
    alone = _seconds(folder, "build", "--jobs", "1")
    _forget(folder)
    first = _seconds(folder, "build")
    rows = [("first build, one process", alone), ("first build", first)]
    rows.append(("nothing to do", _seconds(folder, "build")))
    topic = course / "topic-00001.md"
    topic.write_text(topic.read_text(encoding="utf-8").replace("a", "e", 1), encoding="utf-8")
    rows.append(("one topic edited", _seconds(folder, "build")))
    shutil.rmtree(folder / "output")
    rows.append(("output removed, cache kept", _seconds(folder, "build")))
    rows.append(("another way to print", _seconds(folder, "build", "--duplex", "short-edge")))
    rows.append(("check", _seconds(folder, "check")))
    for what, seconds in rows:
        print(f"| {what} | {seconds:.2f} | {seconds / first:.3f} |", flush=True)


def _forget(folder: Path) -> None:
    """Leave nothing of earlier builds."""
    for name in ("output", "cache"):
        shutil.rmtree(folder / name, ignore_errors=True)
    for lock in folder.rglob("notes.lock"):
        lock.unlink()


def _seconds(folder: Path, *arguments: str) -> float:
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "RECTOVERSO_CACHE": str(folder / "cache"),
    }
    started = time.perf_counter()
    command = [sys.executable, "-m", "builder", *arguments]
    subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=True)
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
