"""Rendering what was edited before it is known which note is which: few edits change a code.

A process that has built before knows the notes of each topic.  If one that changed has as many, of
the same kinds and with the same ids, they keep their codes nearly always.  So its pages are handed
to workers as soon as it was read, while the notes of the course are recognised.  What they render
is used if its fingerprint turns out to be the right one, and else forgotten.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
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
    from builder.briefs import Brief
    from builder.build.ready import Worker
    from builder.build.request import Request
    from builder.model import Identity
    from builder.source.load import Loaded
    from builder.span import Span

Ahead = Mapping[str, tuple[str, Task]]  # what is being rendered: the job, its fingerprint, its task


@dataclass(frozen=True, slots=True)
class Remembered:
    """The topics of a course as the last build read them, and who their notes were."""

    briefs: Mapping[str, Brief]
    identities: Mapping[Span, Identity]

    @classmethod
    def of(cls, topics: Iterable[Brief], identities: Mapping[Span, Identity]) -> Remembered:
        """Return what is to be remembered of a build."""
        return cls({topic.name: topic for topic in topics}, identities)

    def guessed(self, topic: Brief) -> Mapping[Span, Identity] | None:
        """Return who the notes of a topic are if each is the one that stood in its place."""
        before = self.briefs.get(topic.name)
        if before is None or _shape(before) != _shape(topic):
            return None
        known = (self.identities[note.span] for note in before.notes)
        return dict(zip((note.span for note in topic.notes), known, strict=True))


def _shape(topic: Brief) -> Sequence[tuple[str, str]]:
    return [(note.kind, note.id) for note in topic.notes]


def begin_ahead(loaded: Loaded, before: Remembered, request: Request, workers: Worker) -> Ahead:
    """Hand out the outputs of topics that changed, if they are few; return what was handed out."""
    changed = [each for each in loaded.topics.briefs if before.briefs.get(each.name) != each]
    if len(changed) > workers.started:
        return {}
    begun: dict[str, tuple[str, Task]] = {}
    for topic in changed:
        identities = before.guessed(topic)
        if identities is None or not request.wants(loaded.course.name, topic.name):
            continue
        for job in _jobs(loaded, topic, identities, request):
            if workers.has_room:
                task = Task(job.output.name, job.seen())
                begun[job.name] = job.fingerprint().key, task
                workers.begin(task)
    return begun


def _jobs(
    loaded: Loaded, topic: Brief, identities: Mapping[Span, Identity], request: Request
) -> Iterator[Job]:
    guess = Assigned(identities, {}, Lock(""))
    context = request.printing.applied(context_of(loaded, guess))
    prints = Fingerprints(context, request.printing.topics(context), "")
    for output in all_outputs():
        is_asked = output.scope == "topic" and request.asks_for(output.name)
        if is_asked and not has_errors(output.problems(context)):
            yield Job(output, prints, topic)
