"""What was built: for each job what it was made of, its files and what was said of them.

The manifest lies in the output folder.  It tells which files are up to date, and which files are
ours, so that those of topics that are gone can be removed, and never a file of somebody else.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple

from builder.build.fingerprint import Fingerprint
from builder.build.write import write_atomically
from builder.diagnostics import Diagnostic, restored
from builder.hashes import file_sha, sha

NAME = ".rectoverso.json"
VERSION = 1


class Record(NamedTuple):
    """One job: its fingerprint, its files with the hash of each, and what was said.

    `parts` has the beginning of each hash that the fingerprint is made of, to say later which of
    them changed.  Paths are those below the output folder, with forward slashes; `origin` is the
    content folder.
    """

    key: str
    course: str
    kind: str
    origin: str
    files: Mapping[str, str]
    parts: str = ""
    summary: str = ""
    diagnostics: tuple[Diagnostic, ...] = ()

    def is_up_to_date(self, key: str, output: Path) -> bool:
        """Tell whether the job would give what is there."""
        return self.key == key and not any(self.changed_files(output))

    def changed_files(self, output: Path) -> Iterator[str]:
        """Yield what is not as it was written: `… was changed` or `… is gone`."""
        for path, known in self.files.items():
            found = file_sha(os.path.join(output, path))  # noqa: PTH118  # thousands are
            if found != known:
                yield f"{path} {'was changed' if found else 'is gone'}"

    def reasons(self, now: Fingerprint, output: Path) -> list[str]:
        """Return why the job would not give what is there, in words for people."""
        if self.key != now.key and not self.parts:
            return ["the last build kept no trace of what it was made of"]
        pairs = zip_longest(now.parts, now.short.split(), self.parts.split())
        changed = [f"{name} changed" for name, new, old in pairs if name and new != old]
        return changed + list(self.changed_files(output))


# What this process wrote, by the file and its hash: `watch` need not read it again.
_known: dict[Path, tuple[str, Manifest]] = {}


@dataclass(slots=True)
class Manifest:
    """The records by the names of their jobs; `is_newer` if it can't be read by this version.

    `lines` are those of the file, which are not written anew for records that stay.
    """

    records: dict[str, Record] = field(default_factory=dict)
    is_newer: bool = False
    lines: Mapping[str, tuple[Record, str]] = field(default_factory=dict)

    def remove(self, names: Iterable[str], output: Path) -> list[Path]:
        """Forget jobs, and remove those of their files that are as they were written."""
        gone = [self.records.pop(name) for name in list(names)]
        return [path for record in gone for path in removed(record.files, output)]


def removed(files: Mapping[str, str], output: Path) -> Iterator[Path]:
    """Remove files that are as they were written, and the folders that are then empty."""
    for name, known in files.items():
        path = output / name
        if file_sha(path) != known:
            continue
        with contextlib.suppress(OSError):
            path.unlink()
            yield path
        for folder in path.parents:
            if folder == output:
                break
            with contextlib.suppress(OSError):
                folder.rmdir()


def read_manifest(output: Path) -> Manifest:
    """Return the manifest of an output folder; an empty one if there is none that can be read."""
    path = output / NAME
    known, manifest = _known.get(path, ("", Manifest()))
    if known and file_sha(path) == known:
        return Manifest(dict(manifest.records), lines=manifest.lines)
    try:
        text = path.read_text(encoding="utf-8")
        data = json.loads(text)
        if data["version"] > VERSION:
            return Manifest(is_newer=True)
        records = {name: _record(found) for name, found in data["jobs"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return Manifest()
    return Manifest(records, lines=_lines(records, text))


def _lines(records: Mapping[str, Record], text: str) -> Mapping[str, tuple[Record, str]]:
    """Return the line of each record, if the text is laid out as it is written."""
    lines = [line.removesuffix(",") for line in text.split("\n")[1:-2]]
    if len(lines) != len(records) or not all(map(str.startswith, lines, map(_head, records))):
        return {}
    pairs = zip(records.values(), lines, strict=True)
    return dict(zip(records, pairs, strict=True))


def write_manifest(manifest: Manifest, output: Path) -> None:
    """Write the manifest; raises OSError.  Without it, the next build only has more to do."""
    path, records = output / NAME, dict(sorted(manifest.records.items()))
    lines = {
        name: (record, _line(name, record, *manifest.lines.get(name, (None, ""))))
        for name, record in records.items()
    }
    jobs = ",\n".join(line for _, line in lines.values())
    data = f'{{"version": {VERSION}, "jobs": {{\n{jobs}\n}}}}\n'.encode()
    hashed = sha(data)
    if file_sha(path) != hashed:
        write_atomically(path, data)
    _known[path] = hashed, Manifest(records, lines=lines)


def _line(name: str, record: Record, before: Record | None, line: str) -> str:
    if record is before:
        return line
    said = [asdict(each) for each in record.diagnostics]
    found = {**record._asdict(), "diagnostics": said}
    return f"{_head(name)}{json.dumps(found, ensure_ascii=False)}"


def _head(name: str) -> str:
    return f"{json.dumps(name)}: "


def _record(found: Mapping[str, Any]) -> Record:
    said = tuple(restored(each) for each in found["diagnostics"])
    files = dict(found["files"])
    if not all(type(part) is str for pair in files.items() for part in pair):
        raise TypeError
    if any(path.startswith("/") or ".." in path.split("/") for path in files):
        raise ValueError  # nothing outside of the output folder is ours
    return Record(**{**found, "files": files, "diagnostics": said})
