"""Topics that earlier builds read: in brief all in one piece of the cache, each whole in its own.

So a build looks at all topics of a large course in brief, and reads few of them as a whole.  All is
known only to the version of the code that kept it.
"""

from __future__ import annotations

import marshal
import pickle
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from builder.briefs import brief_of
from builder.build.cache import Cache, Pieces
from builder.build.code import code_digest
from builder.build.user_folders import cache_folder
from builder.diagnostics import Diagnostic
from builder.hashes import sha
from builder.identity.lock import Entry, Lock
from builder.kept import keeping
from builder.model import Topic
from builder.source.drafts import Draft, Parse

if TYPE_CHECKING:
    from builder.build.ahead import Remembered
    from builder.identity.shown import Shown

MANY = 300  # topics; fewer are read by this process as fast
_DRAFTS, _FIELDS, _TOPIC = "drafts", "fields", "topic"  # of pieces in the cache
_LOCK, _STANDING = "lock", "standing"


@dataclass(frozen=True, slots=True)
class KeptLock:
    """A lock, the hash of its file, and what the hashes in it were proved with.

    It `is_ours` if the file is known to be just what we write for it.
    """

    lock: Lock
    sha: str
    proof: str = ""
    is_ours: bool = False

    def __reduce__(self) -> tuple[object, ...]:
        """Return how it is pickled: entries as plain values, which takes a third of the time."""
        bare = replace(self.lock, entries=())
        entries = marshal.dumps([tuple(entry) for entry in self.lock.entries])
        return _kept_lock, (bare, entries, self.sha, self.proof, self.is_ours)


def _kept_lock(lock: Lock, entries: bytes, *others: Any) -> KeptLock:  # noqa: ANN401  # the rest
    rows = marshal.loads(entries)  # noqa: S302  # from the user's own cache
    return KeptLock(replace(lock, entries=tuple(map(Entry._make, rows))), *others)


@dataclass(frozen=True, slots=True)
class Standing:
    """The topics of which a lock has all notes as they are, with the keys of what these say.

    That holds for a lock with this hash that was proved with the same.
    """

    sha: str
    proof: str
    topics: Mapping[str, str]


@dataclass(slots=True)
class _Bundle:
    """Pieces of one kind that a build asks for, all in one piece of the cache.

    Each is pickled by itself, so that only those that are new are pickled again; `used` are those
    that this build asked for, which are kept for the next.
    """

    pieces: Pieces
    kind: str
    name: str
    known: dict[str, bytes] = field(default_factory=dict)
    used: dict[str, bytes] = field(default_factory=dict)
    saved: frozenset[str] = frozenset()  # the keys of what is in the cache
    decoded: dict[str, object] = field(default_factory=dict)

    @classmethod
    def open(cls, pieces: Pieces, kind: str, name: str) -> _Bundle:
        kept = pieces.get(kind, name)
        known = pickle.loads(kept) if kept else {}  # noqa: S301  # the user's
        return cls(pieces, kind, name, known, saved=frozenset(known))

    def save(self) -> None:
        """Keep what was asked for until now, if that is not what is there."""
        if self.used and self.used.keys() != self.saved:
            self.pieces.put(self.kind, self.name, pickle.dumps(self.used, protocol=5))
            self.saved = frozenset(self.used)

    def begin_anew(self) -> None:
        """Know for the next build what this one asked for, and no more."""
        if not self.used:  # this build had no need of them
            return
        self.known, self.used = self.used, {}
        for key in self.decoded.keys() - self.known.keys():
            del self.decoded[key]

    def __contains__(self, key: str) -> bool:
        return key in self.used or key in self.known

    def get(self, key: str) -> object:
        data = self.used.get(key) or self.known.get(key)
        if data is None:
            return None
        self.used[key] = data
        if key not in self.decoded:
            self.decoded[key] = pickle.loads(data)  # noqa: S301  # from the user's own cache
        return self.decoded[key]

    def put(self, key: str, value: object) -> None:
        self.used[key], self.decoded[key] = pickle.dumps(value, protocol=5), value


def kept_draft(pieces: Pieces, key: str, topic: Topic | None, found: list[Diagnostic]) -> Draft:
    """Keep a topic as a whole, and return it in brief with what is wrong in it."""
    brief = None
    if topic:
        data = pickle.dumps(topic, protocol=5)
        pieces.put(_TOPIC, key, data)
        brief = brief_of(topic, sha(data))
    return Draft(brief, tuple(found))


@dataclass(slots=True)
class KeptShelf:
    """A shelf in the cache, for a content folder.

    `processes` may read at once, where there is much to read; 0: as many as this one may use.
    """

    pieces: Pieces
    name: str
    drafts: _Bundle
    processes: int = 0
    whole: dict[str, Topic] = field(default_factory=dict)  # where there is no cache
    locks: dict[str, KeptLock] = field(default_factory=dict)
    new_locks: set[str] = field(default_factory=set)
    lock_files: dict[str, tuple[str, bytes]] = field(default_factory=dict)  # hashes and data
    standing: dict[str, Standing] = field(default_factory=dict)
    new_standing: set[str] = field(default_factory=set)
    last: dict[str, Remembered] = field(default_factory=dict)  # by this process, of each course
    parsed: set[str] = field(default_factory=set)  # the digests of topics that this build parsed
    # What Anki gets of notes: of the last build that asked, and what this one asks for.
    shown: dict[str, Sequence[Shown]] = field(default_factory=dict)
    asked: dict[str, Sequence[Shown]] = field(default_factory=dict)

    @classmethod
    def open(cls, cache: Cache, content: Path) -> KeptShelf:
        """Return the shelf of a content folder as the last build left it."""
        pieces, name = Pieces(cache, code_digest()), str(content.absolute())
        return cls(pieces, name, _Bundle.open(pieces, _DRAFTS, name))

    def save(self) -> None:
        """Keep what this build read, as far as it is done with that."""
        self.drafts.save()
        self._save(_LOCK, self.locks, self.new_locks)
        self._save(_STANDING, self.standing, self.new_standing)

    def close(self) -> None:
        """Keep what this build read for the next, which may begin."""
        self.save()
        self.parsed.clear()
        self.shown, self.asked = self.asked or self.shown, {}
        self.drafts.begin_anew()
        for key in self.whole.keys() - self.drafts.known.keys():
            del self.whole[key]

    def has(self, key: str) -> bool:
        """Tell whether a topic is known, in brief and as a whole."""
        return key in self.drafts and (key in self.whole or self.pieces.has(_TOPIC, key))

    def draft(self, key: str) -> Draft | None:
        """Return what was read, if it is known."""
        found = self.drafts.get(key)
        return found if isinstance(found, Draft) else None

    def topic(self, key: str) -> Topic | None:
        """Return the whole topic, if it is known."""
        if key in self.whole:
            return self.whole[key]
        found = self._kept(_TOPIC, key)
        return found if isinstance(found, Topic) else None

    def keep(self, key: str, topic: Topic | None, found: list[Diagnostic]) -> Draft:
        """Keep what was read, and return it in brief."""
        if topic and not self.pieces.are_kept:
            self.whole[key] = topic
        draft = kept_draft(self.pieces, key, topic, found)
        self.drafts.put(key, draft)
        if draft.brief:
            self.parsed.add(draft.brief.digest)
        return draft

    def expect(self, topics: Mapping[str, Parse]) -> None:
        """Have many topics that nobody has read yet read by several processes."""
        unread = {key: parse for key, parse in topics.items() if key not in self.drafts}
        if self.pieces.are_kept and len(unread) >= MANY:
            from builder.build.reading import read_at_once  # noqa: PLC0415 - seldom

            for key, draft in read_at_once(unread, self.pieces, self.processes):
                self.drafts.put(key, draft)

    def notes(self, key: str, render: Callable[[], Iterable[Shown]]) -> Sequence[Shown]:
        """Return what Anki gets of the notes of a topic, as it is known or as it is made now."""
        found = self.shown.get(key) or self._kept(_FIELDS, key)
        if not isinstance(found, list):
            found = list(render())
            self._put(_FIELDS, key, found)
        self.asked[key] = found
        return found

    def lock(self, course: str, sha_of_file: str) -> KeptLock | None:
        """Return the lock of a course, if its file is as it was left."""
        if course not in self.locks:
            found = self._kept(_LOCK, self._lock_name(course))
            if isinstance(found, KeptLock):
                self.locks[course] = found
        known = self.locks.get(course)
        return known if known and known.sha == sha_of_file else None

    def keep_lock(self, course: str, lock: KeptLock) -> None:
        """Keep the lock of a course, if it is not known, on the disk when the build is done."""
        known = self.lock(course, lock.sha)
        if not known or known.proof != lock.proof:
            self.locks[course] = lock
            self.new_locks.add(course)

    def standing_in(self, lock: KeptLock, course: str) -> Mapping[str, str]:
        """Return the topics of which this lock of a course is known to have all as it is."""
        known = self._standing(course)
        is_so = known and (known.sha, known.proof) == (lock.sha, lock.proof)
        return known.topics if known and is_so else {}

    def is_sound(self, course: str, sha_of_file: str) -> bool:
        """Tell whether a build has gone on from the lock with this hash, without reading it."""
        known = self._standing(course)
        return known is not None and known.sha == sha_of_file

    def _standing(self, course: str) -> Standing | None:
        if course not in self.standing:
            found = self._kept(_STANDING, self._lock_name(course))
            if isinstance(found, Standing):
                self.standing[course] = found
        return self.standing.get(course)

    def keep_standing(self, course: str, standing: Standing) -> None:
        """Keep which topics stand in the lock of a course, on the disk when the build is done."""
        if self.standing.get(course) != standing:
            self.standing[course] = standing
            self.new_standing.add(course)

    def _save(self, kind: str, values: Mapping[str, object], new: set[str]) -> None:
        for course in new:
            self._put(kind, self._lock_name(course), values[course])
        new.clear()

    def _put(self, kind: str, key: str, value: object) -> None:
        self.pieces.put(kind, key, pickle.dumps(value, protocol=5))

    def _kept(self, kind: str, key: str) -> object:
        kept = self.pieces.get(kind, key)
        return pickle.loads(kept) if kept else None  # noqa: S301  # from the user's own cache

    def _lock_name(self, course: str) -> str:
        return f"{self.name}\n{course}"


@contextmanager
def open_shelf(content: Path) -> Iterator[KeptShelf]:
    """Know inside what earlier builds read, and keep afterwards what this one did."""
    with opened(None, content) as shelf:
        yield shelf


@contextmanager
def opened(shelf: KeptShelf | None, content: Path, processes: int = 0) -> Iterator[KeptShelf]:
    """Use a shelf for one build by so many processes; without one, that of the content folder."""
    shelf = shelf or KeptShelf.open(Cache(cache_folder()), content)
    shelf.processes = processes
    with keeping(shelf.pieces):
        yield shelf
        shelf.close()
