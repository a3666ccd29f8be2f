"""course.toml: what a course says of itself, checked against what it may say."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from builder import model
from builder.diagnostics import Code, Diagnostic, quoted
from builder.scripts import scripts_of
from builder.source.colours import is_colour, is_readable
from builder.source.labels import KEYS as LABEL_KEYS
from builder.source.labels import labels_for
from builder.source.toml_places import toml_places
from builder.span import Span
from builder.suggest import did_you_mean
from builder.text import plain_name

NAME = "course.toml"
MAX_BYTES = 100_000
_SECTIONS: dict[model.SectionKind, str] = {
    "facts": "Key facts",
    "questions": "Review questions",
    "terms": "Related terms",
}
_TEXTS = ("title", "code", "language", "author", "license")
_FONTS = {"also": '["Noto Sans CJK JP"]'}
_THEME = ("accent", "headings", "logo", "text")
_LANGUAGES = ("han",)
_TABLES = ("sections", "labels", "languages", "theme", "fonts", "notes")
_NOTES = {
    "definition": model.Setting(default=False, help="make a note of each title and its definition"),
    "reverse": model.Setting(default=False, help="make a second card, definition to term"),
}
_CODE = re.compile(r"[A-Z]{2,4}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")  # BCP 47, without its rare forms
_TYPES: dict[type, str] = {
    str: "a text in quotes",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
}
_EXAMPLES: dict[type, str] = {str: '"…"', bool: "true", int: "1", float: "1.5"}

_Value = TypeVar("_Value", bound=model.Value)
# What tomllib says, by its beginning, and in plain words.
_PLAIN = {
    "Cannot overwrite a value": "this key stands here twice",
    "Cannot declare": "this table stands here twice",
    "Expected '='": "a key needs = and a value",
    "Expected newline": "something stands behind the value",
    "Invalid value": "this is no value; a text needs quotes",
    "Invalid statement": "this is neither a key nor a table",
    "Invalid initial character": "this is no key",
    "Illegal character '\\n'": "quotes are not closed",
    "Unterminated string": "quotes are not closed",
    "Unclosed array": "a list is not closed with ]",
    "Unclosed inline table": "braces are not closed with }",
    "Unescaped '\\'": "a backslash is written \\\\ between quotes",
}

Tables = Mapping[str, Mapping[str, model.Setting]]


def read_course(
    text: str, folder: Path, path: str, tables: Tables
) -> tuple[model.Course | None, list[Diagnostic]]:
    """Return the course; `tables` declares the keys of each output's own table.

    What is wrong gets its default, so that the topics can be read and their mistakes shown too;
    only a text that is not TOML gives no course.
    """
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # ValueError also at a number of 5,000 digits
        return None, [_broken(error, text, path)]
    reader = _Reader(data, toml_places(text, path), path)
    return reader.course(folder, tables), reader.problems


def _broken(error: Exception, text: str, path: str) -> Diagnostic:
    place = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
    lines = text.split("\n")
    line, column = (int(place[1]), int(place[2])) if place else (len(lines), len(lines[-1]) + 1)
    said = re.sub(r" \(at .*\)", "", str(error))
    what = next((plain for begin, plain in _PLAIN.items() if said.startswith(begin)), said)
    if isinstance(error, RecursionError):
        line, column, what = 1, 1, "it is nested too deeply"
    end = min(column + 1, len(lines[line - 1]) + 1)
    return Diagnostic(
        "course-broken",
        f"{NAME} can't be read here: {what}",
        Span(path, line, column, line, max(end, column)),
        'write key = "value", one a line, with texts in quotes; see docs/format.md',
    )


@dataclass(slots=True)
class _Reader:
    """Takes the keys that it knows out of the data and reports the rest."""

    data: dict[str, Any]
    places: Mapping[tuple[str | int, ...], Span]
    path: str
    problems: list[Diagnostic] = field(default_factory=list)

    def course(self, folder: Path, tables: Tables) -> model.Course:
        self._unknown(self.data, (*_TEXTS, "topics", *_TABLES, *tables), "")
        texts = {key: self._value("", self.data, key, "") for key in _TEXTS}
        if isinstance(self.data.get("title", ""), str) and not texts["title"].strip():
            hint = 'write a line title = "…" at the top'
            self._report("course-title", "the course has no title", "title", "", hint)
        language = self._language(texts["language"])
        labels = {key: self._one_text("labels", key) for key in self._table("labels", LABEL_KEYS)}
        notes = self._settings("notes", _NOTES)
        written = self._table("theme", _THEME)
        theme = {key: self._value("theme", written, key, "") for key in _THEME}
        fonts = self._fonts()
        text_font = self._typeface("text", theme, fonts) or model.OWN_FONTS[0]
        return model.Course(
            name=folder.name,
            folder=folder,
            span=Span(self.path),
            title=texts["title"],
            code=self._code(texts["code"], texts["title"]),
            language=language,
            han=self._han(),
            author=texts["author"],
            license=texts["license"],
            topics=self._topics(),
            sections=self._sections(),
            labels={**labels_for(language), **labels},
            fonts=fonts,
            text_font=text_font,
            heading_font=self._typeface("headings", theme, fonts) or text_font,
            accent=self._accent(theme),
            logo=theme["logo"],
            definition_notes=bool(notes["definition"]),
            reverse_terms=bool(notes["reverse"]),
            settings={name: self._settings(name, keys) for name, keys in tables.items()},
        )

    # --- single keys ---

    def _code(self, code: str, title: str) -> str:
        if code and not _CODE.fullmatch(code):
            message = f"{quoted(code)} can't be the prefix of the cards' codes"
            hint = 'write two to four capital letters: code = "AT"'
            self._report("course-value", message, "code", "", hint)
            return _initials(title)
        return code or _initials(title)

    def _language(self, language: str) -> str:
        if language and not _LANGUAGE.fullmatch(language):
            message = f"{quoted(language)} is not a language tag"
            hint = 'write for example language = "en" or "pt-BR" (BCP 47)'
            self._report("course-value", message, "language", "", hint)
            return "en"
        return language or "en"

    def _han(self) -> str:
        """Return the language of Han characters, which must be one that is written with them."""
        han = self._value("languages", self._table("languages", _LANGUAGES), "han", "")
        if not han or (_LANGUAGE.fullmatch(han) and "Hani" in scripts_of(han)):
            return han
        message = f"{quoted(han)} is not written in Han characters"
        hint = 'write han = "zh", "zh-Hant", "ja" or "ko"'
        self._report("course-value", message, "han", "languages", hint)
        return ""

    def _topics(self) -> tuple[str, ...] | None:
        if "topics" not in self.data:
            return None
        hint = 'write topics = ["rapport", "unit-1/empathy"]'
        return self._texts("", self.data, "topics", hint)

    def _sections(self) -> dict[model.SectionKind, tuple[str, ...]]:
        written = self._table("sections", _SECTIONS)
        read: dict[model.SectionKind, tuple[str, ...]] = {}
        for kind, default in _SECTIONS.items():
            names: tuple[str, ...] | None = None
            if kind in written:
                hint = f'write {kind} = "{default}" or a list of names'
                names = self._texts("sections", written, kind, hint)
            read[kind] = names or (default,)
        self._ambiguous(read)
        return read

    def _accent(self, theme: Mapping[str, str]) -> str:
        """Return the accent colour, which must be read in greyscale as well."""
        colour = theme["accent"]
        if not colour:
            return "#000000"
        if is_readable(colour):
            return colour.lower()
        message = f"{quoted(colour)} can't be read on white"
        if not is_colour(colour):
            message = f"{quoted(colour)} is no colour"
        hint = 'write a dark colour as # and six digits: accent = "#1a5a8c"'
        self._report("course-value", message, "accent", "theme", hint)
        return "#000000"

    def _fonts(self) -> tuple[str, ...]:
        written = self._table("fonts", _FONTS)
        if "also" not in written:
            return ()
        return self._texts("fonts", written, "also", f"write also = {_FONTS['also']}") or ()

    def _typeface(self, key: str, theme: Mapping[str, str], fonts: tuple[str, ...]) -> str:
        """Return which font a key chooses; the empty string where it chooses none."""
        choices = {_folded(name): name for name in (*fonts, *model.OWN_FONTS)}
        wanted = theme[key]
        if wanted and _folded(wanted) not in choices:
            message = f"{quoted(wanted)} is no font that this course has"
            hint = did_you_mean(wanted, choices.values())
            hint = hint or 'choose "serif", "sans", or a family that [fonts] also names'
            self._report("course-value", message, key, "theme", hint)
        return choices.get(_folded(wanted), "")

    def _ambiguous(self, sections: Mapping[model.SectionKind, tuple[str, ...]]) -> None:
        """Report a name that two kinds of section have."""
        first: dict[str, model.SectionKind] = {}
        for kind, names in sections.items():
            for name in names:
                other = first.setdefault(plain_name(name), kind)
                if other != kind:
                    message = f"{quoted(name)} is the name of the {other} and of the {kind}"
                    hint = "give each kind of section names of its own"
                    self._report("course-value", message, kind, "sections", hint)

    # --- tables ---

    def _table(self, table: str, known: Iterable[str]) -> dict[str, Any]:
        found = self.data.get(table, {})
        if not isinstance(found, dict):
            message = f"{table} must be a table"
            self._report("course-value", message, table, "", f"write a line [{table}]")
            return {}
        self._unknown(found, known, table)
        return {key: value for key, value in found.items() if key in set(known)}

    def _settings(self, table: str, keys: Mapping[str, model.Setting]) -> dict[str, model.Value]:
        found = self._table(table, keys)
        values = {name: self._setting(table, found, name, keys[name]) for name in keys}
        for name, setting in keys.items():
            if setting.check and (problem := setting.check(values)):
                message, hint = problem
                self._report("course-value", message, name, table, hint)
                return {name: setting.default for name, setting in keys.items()}
        return values

    def _setting(
        self, table: str, found: dict[str, Any], name: str, setting: model.Setting
    ) -> model.Value:
        value = self._value(table, found, name, setting.default)
        if setting.choices and value not in setting.choices:
            hint = did_you_mean(str(value), setting.choices)
            choices = ", ".join(f'"{choice}"' for choice in setting.choices)
            message = f"{quoted(str(value))} is not a choice for {name}"
            self._report("course-value", message, name, table, hint or f"choose from {choices}")
            return setting.default
        return value

    def _one_text(self, table: str, key: str) -> str:
        return self._value(table, self.data[table], key, "")

    def _value(self, table: str, data: dict[str, Any], key: str, default: _Value) -> _Value:
        """Return the value of a key, which must be of its default's type."""
        value = data.get(key, default)
        kind = type(default)
        if kind is float and type(value) is int:
            value = float(value)
        if type(value) is not kind:  # a bool is an int, too, to isinstance
            message, hint = f"{key} must be {_TYPES[kind]}", f"write {key} = {_EXAMPLES[kind]}"
            self._report("course-value", message, key, table, hint)
            return default
        if isinstance(value, str) and not _is_printable(value):
            message = f"{key} holds a control character"
            self._report("course-value", message, key, table, "delete it")
            return default
        read: _Value = value
        return read

    def _texts(
        self, table: str, data: dict[str, Any], key: str, hint: str
    ) -> tuple[str, ...] | None:
        """Return a list of texts, or one text in its place where it stands in a table."""
        value = data[key]
        items = [value] if isinstance(value, str) and table else value
        good = isinstance(items, list) and all(
            isinstance(item, str) and item.strip() and _is_printable(item) for item in items
        )
        if not good or (table and not items):
            self._report("course-value", f"{key} must be a list of texts", key, table, hint)
            return None
        return tuple(items)

    # --- reports ---

    def _unknown(self, data: dict[str, Any], known: Iterable[str], table: str) -> None:
        names = sorted(known)
        for key in data:
            if key not in names:
                where = f"[{table}]" if table else NAME
                hint = did_you_mean(key, names) or f"the keys are: {', '.join(names)}"
                message = f"there is no key {quoted(key)} in {where}"
                self._report("course-key", message, key, table, hint)

    def _report(self, code: Code, message: str, key: str, table: str, hint: str) -> None:
        self.problems.append(Diagnostic(code, message, self._span(key, table), hint))

    def _span(self, key: str, table: str) -> Span:
        """Return the place of a key; where it is not written, that of its table."""
        path = (table, key) if table else (key,)
        return self.places.get(path) or self.places.get(path[:1]) or Span(self.path)


def _folded(family: str) -> str:
    """Return the name of a font as it is compared."""
    return "".join(family.casefold().split())


def _is_printable(text: str) -> bool:
    return not any(unicodedata.category(char) == "Cc" for char in text)


def _initials(title: str) -> str:
    """Return two to four capitals from the title: its initials, else its first letters."""
    ascii_title = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    words = re.findall(r"[A-Za-z]+", ascii_title)
    initials = "".join(word[0] for word in words)[:4]
    if len(initials) < 2:  # the shortest code
        initials = "".join(words)[:2]
    return initials.upper() if len(initials) > 1 else "RV"
