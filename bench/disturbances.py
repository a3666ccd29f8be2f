"""Builds that are killed, find the disk full, or run at once: `python -m bench.disturbances`.

A course is built, edited, and built again by a process that is killed at a random moment: 100
times, or as often as is named.  After each kill, every file must be as it was before or as it will
be, and one more build must give what an undisturbed one gives, byte for byte.  The same with a disk
that is too small (a tmpfs, where one may be mounted) and with two builds started together.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.courses import write_course

ROOT = Path(__file__).resolve().parent.parent
TOPICS = 4
BUILD = [sys.executable, "-m", "builder", "build", "--jobs", "2"]


def main() -> None:
    """Disturb builds, and print what came of it."""
    kills = int((sys.argv[1:] or ["100"])[0])
    with tempfile.TemporaryDirectory() as folder:
        disturbed = Disturbed(Path(folder))
        print(f"an undisturbed build after the edit takes {disturbed.seconds:.2f} s")
        print(f"{kills} kills: {disturbed.killed(kills)}")
        print(f"a full disk: {disturbed.full_disk()}")
        print(f"two builds at once: {disturbed.two_at_once()}")


class Disturbed:
    """A course before an edit, and what it is after an undisturbed build of the edit."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._before, self._after = folder / "before", folder / "after"
        write_course(self._before / "content", TOPICS)
        _build(self._before)
        shutil.copytree(self._before, self._after)
        _edit(self._after)
        started = time.perf_counter()
        _build(self._after)
        self.seconds = time.perf_counter() - started
        self._old, self._new = _files(self._before), _files(self._after)

    def killed(self, times: int) -> str:
        """Kill builds at random moments; raises AssertionError where a file is torn."""
        chance = random.Random(1)
        states = dict.fromkeys(("nothing written", "a part written", "all written"), 0)
        for number in range(times):
            folder = self._copy(f"killed-{number}")
            process = _started(folder)
            time.sleep(chance.uniform(0.0, self.seconds))
            process.kill()
            process.communicate()
            found = self._checked(_files(folder))
            states[found] += 1
            _build(folder)
            assert _files(folder) == self._new, f"another result after kill {number}"
            shutil.rmtree(folder)
        told = ", ".join(f"{count} × {state}" for state, count in states.items())
        return f"{told}; no torn file, and the next build gave what an undisturbed one gives"

    def full_disk(self) -> str:
        """Build on disks that are too small by more and more."""
        if os.geteuid() != 0:
            return "not tried: only root can mount a tmpfs"
        size = sum(map(len, self._new.values()))
        told = []
        for part in (0.05, 0.4, 0.8):
            folder = self._folder / f"disk-{part}"
            folder.mkdir()
            used = sum(file.stat().st_size for file in self._before.rglob("*") if file.is_file())
            option = f"size={used + int(size * part) + 300_000}"
            subprocess.run(["mount", "-t", "tmpfs", "-o", option, "tmpfs", folder], check=True)
            try:
                shutil.copytree(self._before, folder, dirs_exist_ok=True)
                _edit(folder)
                (folder / "filler").write_bytes(b"x" * max(0, _free(folder) - int(size * part)))
                process = _started(folder)
                said = process.communicate()[1]
                self._checked(_files(folder))
                assert "Traceback" not in said, said
                (folder / "filler").unlink()
                subprocess.run(["mount", "-o", "remount,size=1G", folder], check=True)
                _build(folder)
                assert _files(folder) == self._new
                errors = said.count("No space left on device")
                told.append(f"status {process.returncode} with {errors} messages")
            finally:
                subprocess.run(["umount", folder], check=True)
        return f"{', '.join(told)}; no torn file, and all is well once there is room"

    def two_at_once(self) -> str:
        """Start two builds together; both must end well."""
        folder = self._copy("two")
        builds = [_started(folder) for _ in range(2)]
        told = [build.communicate()[1] for build in builds]
        assert [build.returncode for build in builds] == [0, 0], told
        assert _files(folder) == self._new
        waited = sum("waiting for it" in each for each in told)
        return f"both ended well, {waited} of them had waited and said so"

    def _copy(self, name: str) -> Path:
        folder = self._folder / name
        shutil.copytree(self._before, folder)
        _edit(folder)
        return folder

    def _checked(self, found: dict[str, bytes]) -> str:
        """Return how far a build came; each file must be whole."""
        old = self._old | {name: self._new[name] for name in self._new if name.endswith(".md")}
        for name, data in found.items():
            assert data in {old.get(name), self._new.get(name)}, f"{name} is torn"
        lost = old.keys() - found.keys() - (old.keys() - self._new.keys())
        assert not lost, f"these are lost: {lost}"
        if found == self._new:
            return "all written"
        is_old = all(data == old.get(name) for name, data in found.items())
        return "nothing written" if is_old else "a part written"


def _started(folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        BUILD,
        cwd=folder,
        env=_environment(folder),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def _environment(folder: Path) -> dict[str, str]:
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "RECTOVERSO_CACHE": str(folder / "cache"),
        "SOURCE_DATE_EPOCH": "1700000000",
    }


def _build(folder: Path) -> None:
    process = _started(folder)
    said = process.communicate()[1]
    assert process.returncode == 0, said


def _edit(folder: Path) -> None:
    """Change the first topic, and take the last one away."""
    first = folder / "content/made/topic-00001.md"
    first.write_text(first.read_text(encoding="utf-8").replace(". ", "; ", 3), encoding="utf-8")
    (folder / f"content/made/topic-{TOPICS:05}.md").unlink()


def _files(folder: Path) -> dict[str, bytes]:
    """Return the sources and outputs, but for the manifest and what is not finished."""
    paths = (path for part in ("content", "output") for path in (folder / part).rglob("*"))
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in paths
        if path.is_file() and not path.name.startswith(".")
    }


def _free(folder: Path) -> int:
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize


if __name__ == "__main__":
    main()
