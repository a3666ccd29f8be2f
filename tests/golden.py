r"""Golden cases: files of `title / . / input / . / expected / .`, and courses made from an input.

An input is the text of one topic, or several files, each after a line that begins with `===`:

    === unit-1/leaf.md             a file of the course `content/botany`
    === /content/zoology/cat.md    a file elsewhere below the working folder
    === leaf.md (bytes)            with Python's escapes (\\xff); without a line end
    === leaf.md (lines 30000)      a title, and the text repeated as often
    === leaf.md (wide 30000)       the same in one line
    === leaf.md (pipe)             a pipe; (folder): a folder; (picture): a small PNG
    === leaf.md -> ../leaf.md      a link
    === no course.toml             without the course.toml that is made otherwise
    === $ build --only anki        the command to run in place of `check`
    === $! build --only anki       the same, with a mistake in what renders
"""

from __future__ import annotations

import base64
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_CASE = re.compile(
    r"^(?P<title>[^\n]+)\n\.\n(?P<input>.*?)^\.\n(?P<expected>.*?)^\.\n", re.MULTILINE | re.DOTALL
)
_FILE = re.compile(r"^=== (?P<head>[^\n]+)\n(?P<text>.*?)(?=^=== |\Z)", re.MULTILINE | re.DOTALL)
_HEAD = re.compile(r"(?P<name>.+?)(?: \((?P<kind>\w+) ?(?P<count>\d*)\)| -> (?P<target>.+))?")

COURSE = Path("content", "botany")
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mNgAAAAAgAB5Sfe/AAAAABJRU5ErkJggg=="
)


@dataclass(frozen=True, slots=True)
class Case:
    """One case: its file and the line of its title, its input, and the output that is right."""

    file: Path
    line: int
    title: str
    input: str
    expected: str

    @property
    def name(self) -> str:
        """Return the name by which a failing test points at the case."""
        return f"{self.file.name}:{self.line} {self.title}"


def read_cases(file: Path) -> list[Case]:
    """Return the cases of a file in order."""
    text = file.read_text(encoding="utf-8")
    return [
        Case(
            file,
            text.count("\n", 0, found.start()) + 1,
            found["title"],
            found["input"],
            found["expected"],
        )
        for found in _CASE.finditer(text)
    ]


def update(case: Case, actual: str) -> None:
    """Write the output into the case's file."""
    text = case.file.read_text(encoding="utf-8")
    head = f"{case.title}\n.\n{case.input}.\n"
    old, new = f"\n{head}{case.expected}.\n", f"\n{head}{actual}.\n"
    if f"\n{text}".count(old) != 1:
        message = f"{case.name} is not written once"
        raise ValueError(message)
    case.file.write_text(f"\n{text}".replace(old, new)[1:], encoding="utf-8")


def write_course(text: str, root: Path) -> list[str]:
    """Make the files of an input below a folder; return the command's arguments."""
    command = ["check"]
    files = list(_files(text))
    names = [name for name, _, _ in files]
    if "no course.toml" not in names and "course.toml" not in names:
        _write(root / COURSE / "course.toml", 'title = "Botany"\n')
    for name, head, content in files:
        if name.startswith("$"):
            command = name.split()[1:]
        elif name != "no course.toml":
            path = root / name[1:] if name.startswith("/") else root / COURSE / name
            _make(path, head, content)
    return command


def _files(text: str) -> Iterator[tuple[str, re.Match[str] | None, str]]:
    if not text.startswith("=== "):
        yield "leaf.md", None, text
        return
    for found in _FILE.finditer(text):
        head = _HEAD.fullmatch(found["head"])
        assert head
        yield head["name"], head, found["text"]


def _make(path: Path, head: re.Match[str] | None, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    match (head["kind"], head["target"]) if head else (None, None):
        case None, str(target):
            path.symlink_to(target)
        case "pipe", _:
            os.mkfifo(path)
        case "folder", _:
            path.mkdir()
        case "picture", _:
            path.write_bytes(PICTURE)
        case "bytes", _:
            path.write_bytes(_escaped(text.removesuffix("\n")))
        case "lines" | "wide", _:
            assert head
            unit = text if head["kind"] == "lines" else text.rstrip("\n")
            _write(path, "# Title\n\n" + unit * int(head["count"]))
        case _:
            _write(path, text)


def _escaped(text: str) -> bytes:
    return text.encode().decode("unicode_escape").encode("latin-1")


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="")


def clean(root: Path) -> None:
    """Remove the courses below a folder."""
    shutil.rmtree(root / "content", ignore_errors=True)
