"""The list of the retired notes: what is gone from the course, and how to find it in Anki."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from builder.identity.wording import wording
from builder.outputs import Context, Output, Rendered
from builder.outputs.retired import RetiredOutput, retired
from builder.phrases import counted, cut
from builder.rendering.anki_names import retired_tag

if TYPE_CHECKING:
    from builder.identity.lock import Entry

_SHOWN = 100  # characters of a prompt
_HEAD = """\
Retired notes of “{title}”

These notes are no longer part of the course. Their cards stay in Anki until somebody deletes them
there. To find them, paste this into the search of Anki's browser:

{search}

Or import {package} first, which tags them; then this finds them:

    "tag:{tag}"

That package is for those who have the deck already: others would get the notes, without cards.

Select all, then delete the notes, or suspend their cards to keep their reviews.

"""


def render(context: Context) -> Rendered | None:
    """Return the list as text, or None where no note is retired."""
    entries = retired(context)
    if not entries:
        return None
    course = context.course
    tag = retired_tag(course)
    head = _HEAD.format(
        title=course.title,
        search="\n".join(f"    {search}" for search in searches(entries, context)),
        package=f"{course.name}-retired.apkg",
        tag=tag,
    )
    text = head + "\n".join(_line(entry, context) for entry in entries) + "\n"
    return Rendered(text.encode(), counted(len(entries), "note"))


def searches(entries: list[Entry], context: Context) -> list[str]:
    """Return what finds the notes in Anki, by their codes, in parts that its search can take."""
    tag = retired_tag(context.course).removesuffix("::retired")
    codes = [f"Code:{context.course.code}-{entry.number}" for entry in entries]
    parts = [codes[start : start + _A_SEARCH] for start in range(0, len(codes), _A_SEARCH)]
    return [f'"tag:{tag}" ({" OR ".join(part)})' for part in parts]


_A_SEARCH = 100  # codes in one search


def _line(entry: Entry, context: Context) -> str:
    day = time.strftime("%Y-%m-%d", time.gmtime(entry.retired))
    found = wording(entry.kind, entry.topic, entry.fields)
    code = f"{context.course.code}-{entry.number}"
    return f"{code}  {day}  {entry.topic}  {cut(found.prompt, _SHOWN)}"


OUTPUT: Output = RetiredOutput("retired-list", "anki", "course", "txt", render, gathers=False)
