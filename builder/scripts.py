"""Scripts: which one a character belongs to, which way it runs, and what language it hints at."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby

# The beginnings of Unicode's names, and the scripts in ISO 15924's words.
_BY_NAME = {
    "LATIN": "Latn",
    "GREEK": "Grek",
    "CYRILLIC": "Cyrl",
    "HEBREW": "Hebr",
    "ARABIC": "Arab",
    "DEVANAGARI": "Deva",
    "THAI": "Thai",
    "KHMER": "Khmr",
    "TAMIL": "Taml",
    "TELUGU": "Telu",
    "HIRAGANA": "Hira",
    "KATAKANA": "Kana",
    "HANGUL": "Hang",
    "CJK": "Hani",
    "IDEOGRAPHIC": "Hani",
}

# Languages by scripts: of those that only one language, or one above all, is written in.
_LANGUAGES = {
    "Latn": "und-Latn",
    "Grek": "el",
    "Cyrl": "und-Cyrl",
    "Hebr": "he",
    "Arab": "ar",
    "Deva": "hi",
    "Thai": "th",
    "Khmr": "km",
    "Taml": "ta",
    "Telu": "te",
    "Jpan": "ja",
    "Hang": "ko",
    "Hani": "und-Hani",  # Chinese or Japanese
}

# Languages by the scripts that they are written in; all others have Latin letters.
_WRITTEN_IN = {
    "Cyrl": ("be", "bg", "kk", "ky", "mk", "mn", "ru", "sr", "tg", "uk"),
    "Arab": ("ar", "ckb", "fa", "ps", "sd", "ug", "ur"),
    "Hebr": ("he", "yi"),
    "Deva": ("hi", "mr", "ne", "sa"),
    "Grek": ("el",),
    "Thai": ("th",),
    "Khmr": ("km",),
    "Taml": ("ta",),
    "Telu": ("te",),
    "Jpan": ("ja",),
    "Hani": ("ja", "ko", "zh"),
    "Hang": ("ko",),
}
_RIGHT_TO_LEFT = {"Arab", "Hebr"}

# A number before its unit, which would be on its other side in a text from right to left.
_NUMBER = re.compile(r"[\d.,/%×–-]+\s?$")


@lru_cache(maxsize=65536)
def script_of(char: str) -> str:
    """Return a character's script, or the empty string for what belongs to all."""
    if char < "\x7f":
        return "Latn" if char.isalpha() else ""
    if not char.isalpha() and unicodedata.category(char)[0] != "M":
        return ""
    found = _BY_NAME.get(unicodedata.name(char, "").partition(" ")[0], "")
    return "Jpan" if found in {"Hira", "Kana"} else found


def direction(language: str) -> str:
    """Return `rtl` for a language that is written from right to left, else `ltr`."""
    return "rtl" if scripts_of(language) & _RIGHT_TO_LEFT else "ltr"


@lru_cache(maxsize=256)
def scripts_of(language: str) -> frozenset[str]:
    """Return the scripts of a BCP 47 language."""
    primary, _, rest = language.partition("-")
    written = [part for part in rest.split("-") if part.title() in _LANGUAGES]
    if written:
        return frozenset({written[0].title()})
    found = {script for script, tongues in _WRITTEN_IN.items() if primary.lower() in tongues}
    return frozenset(found or {"Latn"})


def text_direction(text: str) -> str:
    """Return which way a text runs: that of its first letter (UAX 9, P2), else the empty string."""
    if text.isascii():
        return "ltr" if any(map(str.isalpha, text)) else ""
    for char in text:
        kind = unicodedata.bidirectional(char)
        if kind in {"L", "R", "AL"}:
            return "ltr" if kind == "L" else "rtl"
    return ""


def han_in(text: str) -> str:
    """Return the language of Han characters in a text: Japanese if kana stand in it, else empty."""
    is_latin = text.isascii()  # most are, and this is known at once
    return "ja" if not is_latin and any(script_of(char) == "Jpan" for char in set(text)) else ""


def language_of(text: str, course: str, han: str = "") -> str:
    """Return the language of a text's first letter, in a course in a language, or empty."""
    script = next((found for char in text if (found := script_of(char))), "")
    return _tongues(text, course, han).get(script, "")


def _tongues(text: str, course: str, han: str) -> dict[str, str]:
    """Return the languages by scripts: in those of the course's language, it is that one."""
    own = dict.fromkeys(scripts_of(course), course)
    return {**_LANGUAGES, "Hani": han_in(text) or han or _LANGUAGES["Hani"], **own}


def foreign_runs(
    text: str, language: str, han: str = "", course: str = ""
) -> Iterator[tuple[str, str, str]]:
    """Divide a text by scripts: yield the language, the direction and the text of each run.

    Both are the empty string for what is in a script of the given language.  `han` is the language
    of Han characters where the text itself doesn't tell, `course` what else is likely.
    """
    own = scripts_of(language)
    if own == {"Latn"} and text.isascii():
        yield "", "", text
        return
    tongues = _tongues(text, course or language, han)
    for script, part in _runs(text, own):
        if not script:
            yield "", "", part
            continue
        is_ours = direction(language) == ("rtl" if script in _RIGHT_TO_LEFT else "ltr")
        which = "" if is_ours else ("rtl" if script in _RIGHT_TO_LEFT else "ltr")
        yield tongues[script], which, part


def _runs(text: str, own: frozenset[str]) -> list[tuple[str, str]]:
    """Divide a text into runs of a script; the empty string stands for our own.

    What belongs to all scripts goes with the letters on both sides of it, if these are of one.
    """
    found: list[tuple[str, str]] = []
    for script, group in groupby(text, lambda char: _foreign(script_of(char), own)):
        part = "".join(group)
        if script is None or (script == "Grek" and len(part) == 1):  # a symbol, not a word
            found.append(("?", part))
        else:
            _append(found, script, part)
    return [("" if script == "?" else script, part) for script, part in _joined(found)]


def _foreign(script: str, own: frozenset[str]) -> str | None:
    """Return None for what belongs to all scripts, the empty string for our own."""
    return None if not script else "" if script in own else script


def _append(found: list[tuple[str, str]], script: str, part: str) -> None:
    between = found[-1][1] if found and found[-1][0] == "?" else ""
    if between and len(found) > 1 and found[-2][0] == script:
        found[-2:] = [(script, found[-2][1] + between + part)]
        return
    number = _NUMBER.search(between) if script == "Latn" else None
    if number:
        found[-1] = ("?", between[: number.start()])
        part = number[0] + part
    found.append((script, part))


def _joined(found: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Join what belongs to all scripts to our own beside it."""
    for script, group in groupby(found, lambda run: "" if run[0] == "?" else run[0]):
        yield script, "".join(part for _, part in group)
