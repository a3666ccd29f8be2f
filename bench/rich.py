"""A course with 500 formulas and 100 pictures, built twice: `python -m bench.rich`.

Prints seconds of the clock for whole processes: `check` and `build`, first with nothing known, then
with all known, then after the edit of one topic.
"""

from __future__ import annotations

import io
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
_TOPICS, _FORMULAS, _PICTURES = 20, 25, 5  # of each in a topic
_SIDE = 700  # pixels


def main() -> None:
    """Print a row for each command."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        topic = _write(folder / "content/rich")
        print("| what | seconds |\n|---|---:|")
        print(f"| check, nothing known | {_seconds(folder, 'check'):.2f} |")
        print(f"| check, all known | {_seconds(folder, 'check'):.2f} |")
        print(f"| first build | {_seconds(folder, 'build'):.2f} |", flush=True)
        print(f"| nothing to do | {_seconds(folder, 'build'):.2f} |")
        topic.write_text(topic.read_text(encoding="utf-8") + "\nMore.\n", encoding="utf-8")
        print(f"| one topic edited | {_seconds(folder, 'build'):.2f} |")


def _write(course: Path) -> Path:
    """Write the course; return one of its topics."""
    chance = random.Random(1)
    course.mkdir(parents=True)
    (course / "course.toml").write_text('title = "Rich"\ncode = "RI"\n', encoding="utf-8")
    for number in range(_TOPICS):
        parts = [f"# Topic {number}"]
        for place in range(_FORMULAS):
            n = number * _FORMULAS + place
            tex = rf"\sum_{{k=1}}^{{{n}}} \frac{{x_k^2}}{{\sqrt{{{n}+a}}}}"
            parts.append(f"The sum ${tex}$ counts.")
        for place in range(_PICTURES):
            file = f"picture-{number}-{place}.png"
            (course / file).write_bytes(_picture(chance))
            parts.append(f"![A picture of chance]({file})")
        topic = course / f"topic-{number:02}.md"
        topic.write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    return topic


def _picture(chance: random.Random) -> bytes:
    """Return a picture that can't be packed much."""
    small = Image.frombytes("RGB", (70, 70), chance.randbytes(70 * 70 * 3))
    file = io.BytesIO()
    small.resize((_SIDE, _SIDE)).save(file, "PNG")
    return file.getvalue()


def _seconds(folder: Path, command: str) -> float:
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "RECTOVERSO_CACHE": str(folder / "cache"),
    }
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "builder", command],
        cwd=folder,
        env=environment,
        check=True,
        capture_output=True,
    )
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
