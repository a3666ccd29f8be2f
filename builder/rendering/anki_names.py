"""Names in Anki: decks, tags and media files, in the signs that Anki leaves alone."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from builder import model
    from builder.briefs import Brief

_MEDIA_TYPES = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/gif": "gif",
    "image/webp": "webp",
    "image/svg+xml": "svg",
    "audio/mpeg": "mp3",
    "audio/ogg": "ogg",
    "audio/wav": "wav",
    "audio/mp4": "m4a",
    "audio/flac": "flac",
}
_LONGEST_STEM = 40  # Anki cuts names beyond 120 bytes
_LONGEST_TITLE = 90  # and deck names, all levels together, beyond 300 characters

# Anki numbers a new deck by the present millisecond; these are milliseconds of 2004 to 2007, when
# it did not do so yet.
_FIRST_DECK_ID = 1 << 40
_DECK_IDS = 1 << 36


def deck_titles(course: model.Course, topics: Iterable[Brief]) -> dict[str, str]:
    """Return the name that each topic's deck asks for, by the topic's name, in the topics' order.

    It is the part below the course's deck, which stands first, under the empty name.
    """
    titles = {"": course_deck(course)}
    for topic in topics:
        titles[topic.name] = _deck_part(topic.title) or _deck_part(topic.name)
    return titles


def course_deck(course: model.Course) -> str:
    """Return the name of the deck that holds the topics' decks."""
    return _deck_part(course.title) or _deck_part(course.name) or "Rectoverso"


@cache
def deck_id(course: str, topic: str = "") -> int:
    """Return a deck's number from the names of the course's folder and the topic's file."""
    digest = hashlib.sha256(f"{course}\n{topic}".encode()).digest()
    return _FIRST_DECK_ID + int.from_bytes(digest[:8], "big") % _DECK_IDS


def tags(course: model.Course, topic: model.Topic, note: model.Note) -> tuple[str, ...]:
    """Return a note's tags in order: the course's, the topic's, and those that the author wrote."""
    own = _tag_part(course.name)
    place = "::".join([own, *map(_tag_part, topic.name.split("/"))])
    written = ("-".join(tag.split()) for tag in (*topic.tags, *note.attributes.tags))
    # Anki doesn't tell case apart either; the first spelling in the order of the text is kept.
    unique = {tag.casefold(): tag for tag in reversed([own, place, *written]) if tag}
    return tuple(unique[key] for key in sorted(unique))


def retired_tag(course: model.Course) -> str:
    """Return the tag of notes that are no longer part of the course."""
    return f"{_tag_part(course.name)}::retired"


def media_name(asset: model.Asset) -> str:
    """Return a file's name in Anki: flat, ASCII, and another one for other content."""
    folded = unicodedata.normalize("NFKD", PurePosixPath(asset.name).stem)
    ascii_only = folded.encode("ascii", "ignore").decode()
    stem = re.sub(r"[^A-Za-z0-9]+", "-", ascii_only).strip("-")[:_LONGEST_STEM] or "picture"
    return f"{stem}-{hashlib.sha256(asset.data).hexdigest()[:8]}.{_MEDIA_TYPES[asset.media_type]}"


def _deck_part(title: str) -> str:
    """Return a title that is one level of decks, composed as Anki does; `::` would open another."""
    if not (title.isascii() and title.isprintable()):  # thousands are: then nothing is to be done
        title = "".join(filter(_is_sign, unicodedata.normalize("NFC", title)))
    line = " ".join(title.split())[:_LONGEST_TITLE].strip()
    return re.sub(r"^:|:$|:(?=:)|(?<=:):", "\N{RATIO}", line).replace('"', "'")


def _is_sign(char: str) -> bool:
    return char.isspace() or unicodedata.category(char) != "Cc"


def _tag_part(name: str) -> str:
    """Return a folder's or file's name as one level of tags."""
    return re.sub(r"[\s\x00-\x1f\"'*:{}<>&]+", "-", name).strip("-") or "untitled"
