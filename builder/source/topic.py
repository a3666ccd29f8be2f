"""One topic from the bytes of its file to the model, with all that is wrong in it alone."""

from __future__ import annotations

from dataclasses import dataclass

from builder.checks import check_topic
from builder.diagnostics import Diagnostic
from builder.model import Course, Topic
from builder.source.discover import Found
from builder.source.glyphs import check_glyphs
from builder.source.read import check_characters, decoded
from builder.source.typography import with_quotes

_QUOTES = frozenset("\"'&")  # a text without any of these has no straight quotes


@dataclass(frozen=True, slots=True)
class TopicReader:
    """Reads the topics of a course, in whichever process.

    `covered` are the characters of the fonts of the machine that the course names.
    """

    course: Course
    covered: frozenset[int]

    def read(self, file: Found, data: bytes) -> tuple[Topic | None, list[Diagnostic]]:
        """Return the topic that a file holds, if it can be read, and what is wrong in it."""
        from builder.source.parser import parse_topic  # noqa: PLC0415 - not if all are known

        text, problems = decoded(data, file.shown)
        if text is None:
            return None, problems
        parsed = parse_topic(text, file.name, file.shown, self.course)
        draft = parsed.draft
        if draft and not _QUOTES.isdisjoint(text):
            draft = with_quotes(draft, self.course.language)
        problems += [*parsed.diagnostics, *check_characters(text, file.shown)]
        language = self.course.han or self.course.language
        problems += check_glyphs(text, file.shown, language, self.covered)
        return draft, problems + (check_topic(draft) if draft else [])
