"""Histories of edited courses with the truth beside them, and what a recogniser makes of them.

See tests/histories/README.md for how the truth is written down.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from builder import model
from builder.source.load import load
from builder.span import Span
from builder.text import comparable, note_answer, note_prompt

ROOT = Path(__file__).resolve().parent
OPEN, HELD = ROOT / "histories", ROOT / "histories_held"

_LABEL = re.compile(r"t-(?P<label>.+?)(?:--real-(?P<real>.+))?")
_CHOICE = re.compile(r"(?P<before>[^()]*)\(either: (?P<choices>[^()]*)\)")
_NAME = re.compile(r"[a-z][a-z0-9-]*[a-z0-9]")


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a course: its topics without the truth, and the truth by each note's span.

    `either` holds the labels for which other answers than the truth are right too: the labels of
    the notes that they may also be, and the empty string for a new note.
    """

    course: model.Course
    topics: tuple[model.Topic, ...]
    labels: Mapping[Span, str]
    either: Mapping[str, frozenset[str]]


def histories(folder: Path) -> list[Path]:
    """Return the histories of a folder."""
    return sorted(path.parent for path in folder.glob("*/HISTORY.md"))


@cache
def read_history(folder: Path) -> list[Version]:
    """Return the versions of a history in order."""
    loaded = load(folder, folder.name, {}).courses
    assert not any(each.broken for each in loaded)
    choices = _choices((folder / "HISTORY.md").read_text(encoding="utf-8"))
    courses = sorted(loaded, key=lambda each: int(each.course.name[1:]))
    return [
        _version(each.course, each.topics, choices.get(each.course.name, {})) for each in courses
    ]


def _choices(text: str) -> dict[str, dict[str, frozenset[str]]]:
    """Return what HISTORY.md says in `label … (either: a, b or new)`, by version and label."""
    found: dict[str, dict[str, frozenset[str]]] = {}
    for part in re.split(r"^## ", text.replace("`t-", "`"), flags=re.MULTILINE)[1:]:
        version, _, body = part.partition("\n")
        known = found.setdefault(version.partition(":")[0].strip(), {})
        for line in body.splitlines():
            for choice in _CHOICE.finditer(line):
                names = frozenset(_NAME.findall(choice["choices"]))
                for label in _NAME.findall(choice["before"]):
                    known[label] = known.get(label, frozenset()) | names
    return found


def _version(
    course: model.Course, topics: Iterable[model.Topic], choices: Mapping[str, frozenset[str]]
) -> Version:
    labels: dict[Span, str] = {}
    either: dict[str, frozenset[str]] = {}
    stripped = []
    for topic in topics:
        notes = []
        for note in topic.notes:
            found = _LABEL.fullmatch(note.attributes.id)
            assert found, note.span
            labels[note.span] = found["label"]
            if "either" in note.attributes.tags:
                either[found["label"]] = choices.get(found["label"], frozenset()) | {""}
            plain = replace(note.attributes, id=found["real"] or "", tags=())
            notes.append(replace(note, attributes=plain))
        stripped.append(replace(topic, notes=tuple(notes)))
    return Version(course, tuple(stripped), labels, either)


# --- measuring ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Named:
    """The names that should last, by the notes' spans, and what was said about them.

    `doubts` gives the names of known notes that a new one was said to be like, or to be perhaps;
    `likened` are the new notes of the first sort.  `told` are those of which it was said that they
    are not as they were known.
    """

    names: Mapping[Span, str]
    doubts: Mapping[Span, frozenset[str]] = field(default_factory=dict)
    likened: frozenset[Span] = frozenset()
    told: frozenset[Span] = frozenset()


Recogniser = Callable[[Sequence[Version]], list[Named]]


@dataclass(frozen=True, slots=True)
class Mistake:
    """A note that was taken for another (`taken_for`), or for new although it was known.

    It is silent if no message names the note that it is, or that it was taken for.
    """

    version: int
    label: str
    taken_for: str = ""
    is_silent: bool = True


@dataclass(frozen=True, slots=True)
class Measured:
    """How a recogniser did: of so many changed notes, the mistakes and the doubts."""

    changed: int
    mistakes: tuple[Mistake, ...]
    unsure: int = 0

    @property
    def lost(self) -> int:
        """Return how many known notes were taken for new."""
        return sum(not mistake.taken_for for mistake in self.mistakes)

    @property
    def wrong(self) -> int:
        """Return how many notes were taken for another one."""
        return sum(bool(mistake.taken_for) for mistake in self.mistakes)

    @property
    def silent(self) -> int:
        """Return how many mistakes were made without a word."""
        return sum(mistake.is_silent for mistake in self.mistakes)


def measure(versions: Sequence[Version], recogniser: Recogniser) -> Measured:
    """Compare the names that a recogniser gives with the truth, from the second version on."""
    before = _Known()
    changed, unsure = 0, 0
    mistakes: list[Mistake] = []
    for number, (version, named) in enumerate(zip(versions, recogniser(versions), strict=True), 1):
        after = _Known(dict(before.names))
        for note in (note for topic in version.topics for note in topic.notes):
            label, name = version.labels[note.span], named.names[note.span]
            text = comparable(f"{note_prompt(note)}\n{note_answer(note)}")
            if number > 1:
                changed += before.texts.get(label) != text
                unsure += note.span in named.likened
                mistakes += before.mistakes(number, label, note.span, version, named)
            after.names[label], after.texts[label] = name, text
        before = after
    return Measured(changed, tuple(mistakes), unsure)


@dataclass(slots=True)
class _Known:
    """The name that each label was given last, and the texts of those in the last version."""

    names: dict[str, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)

    def labels(self, name: str) -> set[str]:
        """Return the labels that a name stands for."""
        return {label for label, given in self.names.items() if given == name}

    def mistakes(
        self, number: int, label: str, span: Span, version: Version, named: Named
    ) -> Iterator[Mistake]:
        """Yield the mistake that was made with a note, if one was."""
        was = self.labels(named.names[span])
        either = version.either.get(label, frozenset())
        is_new = not was
        if label in was or (is_new and label not in self.names):
            return
        if was & either or (is_new and "" in either):
            return
        names = named.doubts.get(span, ())
        doubted = {label for name in names for label in self.labels(name)}
        is_told = label in doubted if is_new else span in named.told
        yield Mistake(number, label, ", ".join(sorted(was)), not is_told)
