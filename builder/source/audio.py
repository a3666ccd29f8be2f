"""Sounds: known by what they are and not by what they are called."""

from __future__ import annotations

import re

# Media types by the endings of names; and how their files begin.
SUFFIXES = {
    ".mp3": "audio/mpeg",
    ".ogg": "audio/ogg",
    ".oga": "audio/ogg",
    ".opus": "audio/ogg",
    ".wav": "audio/wav",
    ".m4a": "audio/mp4",
    ".flac": "audio/flac",
}
_BEGINNINGS = {
    "audio/mpeg": re.compile(rb"ID3|\xff[\xe2-\xff]"),
    "audio/ogg": re.compile(rb"OggS"),
    "audio/wav": re.compile(rb"RIFF....WAVE", re.DOTALL),
    "audio/mp4": re.compile(rb"....ftyp", re.DOTALL),
    "audio/flac": re.compile(rb"fLaC"),
}


def sound_type(data: bytes) -> str:
    """Return the media type of a sound file, or the empty string."""
    return next((kind for kind, begin in _BEGINNINGS.items() if begin.match(data)), "")
