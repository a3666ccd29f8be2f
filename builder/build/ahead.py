"""Rendering what was edited before all else is done: few edits change which note is which.

A process that has built before knows the notes of each topic.  If one that changed has as many, of
the same kinds and with the same ids, they keep their codes nearly always.  So its pages are handed
to workers as soon as it was read, while the notes of the course are recognised; and where it is
known which files changed, these are read before all others.  Any other process hands out what it
parsed once its notes are recognised, before it writes the lock and looks at what else there is to
do.  What workers render is used if its fingerprint turns out to be the right one, and else
forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from builder.build.fingerprint import Fingerprints
from builder.build.identify import context_of
from builder.build.jobs import Job
from builder.build.task import Task
from builder.diagnostics import has_errors
from builder.identity.assign import Assigned
from builder.identity.lock import Lock
from builder.outputs import all_outputs

if TYPE_CHECKING:
    from pathlib import Path

    from builder.briefs import Brief
    from builder.build.ready import Worker
    from builder.build.request import Request
    from builder.model import Identity
    from builder.outputs import Context
    from builder.source.load import Loaded
    from builder.span import Span


_FEW = 8  # files that an author saves at once, with those that an editor writes beside them


@dataclass(frozen=True, slots=True)
class Remembered:
    """A course as the last build read it, its topics by name, and who their notes were."""

    loaded: Loaded
    identities: Mapping[Span, Identity]
    briefs: Mapping[str, Brief]

    @classmethod
    def of(cls, loaded: Loaded, identities: Mapping[Span, Identity]) -> Remembered:
        """Return what is to be remembered of a build."""
        return cls(loaded, identities, {topic.name: topic for topic in loaded.topics.briefs})

    def with_changed(self, files: Iterable[Path]) -> Loaded:
        """Return the course with topics read anew from files, as far as these are well."""
        read = [brief for file in files if (brief := self.loaded.read_again(file))]
        known = self.loaded.assets  # a picture that is new was not read
        found = [brief for brief in read if all(each.asset in known for each in brief.media)]
        briefs = tuple({**self.briefs, **{brief.name: brief for brief in found}}.values())
        return replace(self.loaded, topics=replace(self.loaded.topics, briefs=briefs))

    def changed(self, loaded: Loaded) -> Sequence[Brief]:
        """Return the topics of the course as it is read now that are not as they were."""
        return [each for each in loaded.topics.briefs if self.briefs.get(each.name) != each]

    def guessed(self, topic: Brief) -> Mapping[Span, Identity] | None:
        """Return who the notes of a topic are if each is the one that stood in its place."""
        before = self.briefs.get(topic.name)
        if before is None or _shape(before) != _shape(topic):
            return None
        known = (self.identities[note.span] for note in before.notes)
        return dict(zip((note.span for note in topic.notes), known, strict=True))


def _shape(topic: Brief) -> Sequence[tuple[str, str]]:
    return [(note.kind, note.id) for note in topic.notes]


@dataclass(frozen=True, slots=True)
class Ahead:
    """What is being rendered ahead: the fingerprint and the task of each job, by its name.

    `before` has the courses as the last build of this process left them.
    """

    request: Request
    before: Mapping[str, Remembered]
    workers: Worker | None
    tasks: dict[str, tuple[str, Task]] = field(default_factory=dict)

    def begin_with(self, files: Collection[Path]) -> None:
        """Begin with the topics in files that changed, before the courses are read."""
        if self.workers:
            self.workers.forget()  # what an earlier build began in vain
        if 0 < len(files) <= _FEW:
            self.begin(course.with_changed(files) for course in self.before.values())

    def begin(self, courses: Iterable[Loaded]) -> None:
        """Begin with the topics that changed since the last build, as far as it is not done."""
        for loaded in courses:
            if before := self.before.get(loaded.course.name):
                self._begin(before.changed(loaded), partial(self._guessed, loaded, before))

    def begin_known(self, context: Context, parsed: Collection[str]) -> None:
        """Begin with the topics that were parsed, by their digests, now that their notes are known.

        A process that has built before has begun with them already.
        """
        if context.course.name not in self.before:
            topics = self.request.printing.topics(context).briefs
            self._begin([each for each in topics if each.digest in parsed], lambda _topic: context)

    def _guessed(self, loaded: Loaded, before: Remembered, topic: Brief) -> Context | None:
        """Return a topic's context if its notes seem to be those that it had."""
        known = before.guessed(topic)
        if known is None:
            return None
        guess = context_of(loaded, Assigned(known, {}, Lock("")))
        return self.request.printing.applied(guess)

    def _begin(
        self, topics: Sequence[Brief], context_of_topic: Callable[[Brief], Context | None]
    ) -> None:
        """Hand out the outputs of topics, if these are not more than there are workers."""
        request, workers = self.request, self.workers
        if workers is None or request.is_dry or request.forced or request.printing.selection:
            return
        if len(topics) > workers.started:
            return
        for topic in topics:
            context = context_of_topic(topic)
            if context and request.wants(context.course.name, topic.name):
                for job in _jobs(topic, context, request):
                    self._hand_out(job, workers)

    def _hand_out(self, job: Job, workers: Worker) -> None:
        key = job.fingerprint().key
        is_begun = job.name in self.tasks and self.tasks[job.name][0] == key
        if workers.has_room and not is_begun:
            task = Task(job.output.name, job.seen())
            self.tasks[job.name] = key, task
            workers.begin(task)


def _jobs(topic: Brief, context: Context, request: Request) -> Iterator[Job]:
    prints = Fingerprints(context, request.printing.topics(context), "")
    for output in all_outputs():
        is_asked = output.scope == "topic" and request.asks_for(output.name)
        if is_asked and not has_errors(output.problems(context)):
            yield Job(output, prints, topic)
