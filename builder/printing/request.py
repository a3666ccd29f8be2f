"""What the user wants of this printing, beyond what the course says: how, on what, and which."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from builder.briefs import Topics
from builder.printing.profiles import Profile
from builder.printing.selection import Selection, selected, unknown

if TYPE_CHECKING:
    from builder.diagnostics import Diagnostic
    from builder.outputs import Context

# What --strict makes errors of: cards on which a text is small or goes over several.
_STRICT = ("card-split", "card-small")


@dataclass(frozen=True, slots=True)
class Printing:
    """Settings that go before those of the course, the printer, and which cards are wanted."""

    settings: dict[str, str] = field(default_factory=dict)
    printer: Profile = field(default_factory=Profile)
    selection: Selection | None = None
    is_strict: bool = False

    def applied(self, context: Context) -> Context:
        """Return the context with the printer and the settings in it."""
        tables = dict(context.course.settings)
        tables["flashcards"] = {**tables["flashcards"], **self.settings}
        course = replace(context.course, settings=tables)
        return replace(context, course=course, printer=self.printer)

    def topics(self, context: Context) -> Topics:
        """Return the topics with the notes that are wanted."""
        topics = selected(context, self.selection) if self.selection else context.topics
        return topics if isinstance(topics, Topics) else Topics.of(topics)

    def unknown(self, contexts: Sequence[Context]) -> str:
        """Return what is wanted and not there, or the empty string."""
        return unknown(contexts, self.selection) if self.selection else ""

    def judged(self, diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
        """Return the diagnostics as severe as the user wants them."""
        return [
            replace(found, severity="error") if self.is_strict and found.code in _STRICT else found
            for found in diagnostics
        ]
