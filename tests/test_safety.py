"""What a stranger may write: in every place, fifty ways to do harm; none is alive in any output.

Outputs are parsed, not searched: the attack's words may well be printed, as words.
"""

from __future__ import annotations

import io
import re
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from html.parser import HTMLParser
from pathlib import Path

import pikepdf

from builder.build.courses import check
from tests.courses import build_in, write_course

ATTACKS = (
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<iframe src=javascript:alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    "<body onload=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<math><mi xlink:href='javascript:alert(1)'>x</mi></math>",
    "<style>*{background:url(//evil.example)}</style>",
    "<link rel=stylesheet href=//evil.example>",
    "<base href=//evil.example>",
    "<meta http-equiv=refresh content=0;url=//evil.example>",
    "<object data=file:///etc/passwd></object>",
    "<embed src=file:///etc/passwd>",
    "<!--><script>alert(1)</script>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml-stylesheet href='//evil.example'?>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "&amp;lt;script&amp;gt;",
    '" onmouseover="alert(1)',
    "' onmouseover='alert(1)",
    '"><script>alert(1)</script>',
    "'><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](file:///etc/passwd)",
    "[x](../../../etc/passwd)",
    "![x](file:///etc/passwd)",
    "![x](//evil.example/x.png)",
    "![x](../../../etc/passwd.png)",
    "<javascript:alert(1)>",
    "{{ 7*7 }}{% import os %}{{ config }}",
    "{{constructor.constructor('alert(1)')()}}",
    "{{c1::x}}{{FrontSide}}{{Front}}",
    "[sound:evil.mp3][anki:tts lang=en]x[/anki:tts]",
    "[latex]\\input{/etc/passwd}[/latex] [$]x[/$]",
    "[[type:Front]]",
    "$\\href{javascript:alert(1)}{x}$",
    "$\\style{background:url(//evil.example)}{x}\\class{x}{y}$",
    "\\(\\href{javascript:alert(1)}{x}\\) \\[x\\]",
    "\u202eevil\u2066 \u200b\ufeff",
    "```<script>\n</script>\n```",
    "%00%0d%0aSet-Cookie: x",
)

# Where an author can write; `@` stands for the attack.
PLACES = {
    "title": "# @\n\nText.\n",
    "definition": "# T\n\n@\n",
    "fact": "# T\n\n## Key facts\n\n- @ and {{gap}}\n",
    "deletion": "# T\n\n## Key facts\n\n- A {{@}}\n",
    "hint": "# T\n\n## Key facts\n\n- A {{gap::@}}\n",
    "question": "# T\n\n## Review questions\n\n### Q @\n\nA.\n",
    "answer": "# T\n\n## Review questions\n\n### Q\n\n@\n",
    "aside": "# T\n\n## Review questions\n\n### Q\n\n::: hint\n@\n:::\n\nA.\n\n::: more\n@\n:::\n",
    "term": "# T\n\n## Related terms\n\nN @\n: @\n",
    "heading": "# T\n\n## @\n\nText.\n",
    "table": "# T\n\n## Review questions\n\n### Q\n\n| @ | b |\n|---|---|\n| @ | c |\n",
    "footnote": "# T\n\n## Key facts\n\n- A {{gap}}.[^1]\n\n[^1]: @\n",
    "callout": "# T\n\n::: note @\n@ {{gap}}\n:::\n",
    "code": "# T\n\n## Review questions\n\n### Q\n\n`@`\n\n~~~python\n@\n~~~\n",
    "maths": "# T\n\n## Review questions\n\n### Q\n\n$\\text{@}$\n",
    "alt": '# T\n\n## Review questions\n\n### Q\n\n![@](p.png "@")\n',
    "link": '# T\n\n## Review questions\n\n### Q\n\n[@](https://example.org/@ "@")\n',
    "tags": '---\ntags: ["@"]\n---\n# T\n\n## Key facts\n\n- A {{gap}}\n',
    "attributes": "# T\n\n## Key facts\n\n- A {{gap}} {#@ .@}\n",
}  # fmt: skip

_LIVE_ELEMENTS = {"script", "iframe", "object", "embed", "link", "base", "meta", "form", "input"}
_LIVE_ELEMENTS |= {"style", "svg", "math", "textarea", "button", "video", "audio", "body", "html"}
_PNG = (Path(__file__).parent.parent / "content/handbook/pictures/card.png").read_bytes()


class Page(HTMLParser):
    """What is alive in a page: elements, handlers and addresses."""

    def __init__(self) -> None:
        super().__init__()
        self.live: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _LIVE_ELEMENTS:
            self.live.append(f"<{tag}>")
        for name, value in attrs:
            address = re.sub(r"[\s\x00-\x1f]", "", value or "").lower()
            if name.startswith("on") or (name == "style" and "url" in address):
                self.live.append(f"{name}={value}")
            if name == "href" and not address.startswith(("https:", "http:", "mailto:")):
                self.live.append(f"{name}={value}")
            if name == "src" and not re.fullmatch(r"[\w.-]+", value or ""):
                self.live.append(f"{name}={value}")

    def handle_decl(self, decl: str) -> None:
        self.live.append(f"<!{decl}>")

    def handle_comment(self, data: str) -> None:
        self.live.append(f"<!--{data}-->")

    def handle_pi(self, data: str) -> None:
        self.live.append(f"<?{data}>")


def live_in_deck(package: Path) -> Iterator[str]:
    with zipfile.ZipFile(package) as file, closing(sqlite3.connect(":memory:")) as database:
        database.deserialize(file.read("collection.anki2"))
        for fields, tags in database.execute("SELECT flds, tags FROM notes"):
            yield from live_in_fields(fields)
            yield from (tag for tag in tags.split() if re.search(r"[<>\"'{}]", tag))
        ((decks,),) = database.execute("SELECT decks FROM col")
        yield from re.findall(r'"desc": "[^"]*<(?!br>)[^"]*"', decks)


def live_in_fields(fields: str) -> Iterator[str]:
    for field in fields.split("\x1f"):
        page = Page()
        page.feed(field)
        page.close()
        yield from page.live
        # Anki's own: all that is left are deletions, maths and sounds that we made.
        quiet = re.sub(r"\{\{c\d+::|\}\}(?!\})", "", field)
        yield from re.findall(r"\{\{|\[(?:anki:|latex\]|\$|\[type)", quiet)
        yield from re.findall(r"\[sound:(?![\w-]+\.(?:mp3|ogg|wav|m4a|flac)\])", field)
        yield from re.findall(r"\\\([^)]*\\(?:href|style|class|require|cssId)", field)


def live_in_pdf(path: Path) -> Iterator[str]:
    with pikepdf.open(path) as pdf:
        for each in pdf.objects:
            if isinstance(each, pikepdf.Dictionary):
                yield from _live_in_object(each)


def _live_in_object(each: pikepdf.Object) -> Iterator[str]:
    yield from (name for name in ("/JS", "/JavaScript", "/AA", "/Launch") if name in each)
    if each.get("/S") == "/URI":
        address = str(each.URI).lower()
        is_topic = re.fullmatch(r"[\w./%-]+\.pdf", address)
        if not is_topic and not address.startswith(("https:", "http:", "mailto:")):
            yield address
    if each.get("/Type") in {"/EmbeddedFile", "/Filespec"}:
        yield str(each.get("/Type"))
    for value in each.as_dict().values():
        if isinstance(value, pikepdf.Dictionary) and not value.is_indirect:
            yield from _live_in_object(value)


def live_in(folder: Path) -> list[str]:
    found: list[str] = []
    for path in sorted((folder / "output").rglob("*")):
        if path.suffix == ".apkg":
            found += live_in_deck(path)
        elif path.suffix == ".pdf":
            found += live_in_pdf(path)
    return found


def _written(folder: Path, topics: dict[str, str], settings: str) -> None:
    """Write a course of the topics in which the builder finds no error."""
    course = write_course(folder / "content", topics, settings)
    (course / "p.png").write_bytes(_PNG)
    wrong = check(folder / "content").diagnostics
    for path in {found.span.path for found in wrong if found.severity == "error"}:
        (course / Path(path).name).unlink()


def _attacked(place: str, attack: str) -> str:
    return PLACES[place].replace("@", attack)


def test_there_are_fifty_attacks() -> None:
    assert len(set(ATTACKS)) >= 50


def test_in_anki_nothing_that_a_stranger_writes_is_alive(tmp_path: Path) -> None:
    """Every attack in every place that lets it through."""
    topics = {
        f"{place}{number}": _attacked(place, attack)
        for place in PLACES
        for number, attack in enumerate(ATTACKS)
    }
    _written(tmp_path, topics, 'title = "T"\ncode = "TT"')
    made = build_in(tmp_path, "anki").made
    assert int(made[0].summary.split()[0]) > 250
    assert live_in(tmp_path) == []


def test_on_paper_nothing_that_a_stranger_writes_is_alive(tmp_path: Path) -> None:
    """Places of which none refuses what another lets through stand together in one topic."""
    together = ("definition", "answer", "term", "footnote", "code", "table")
    topics = {}
    for number, attack in enumerate(ATTACKS):
        bodies = (_attacked(place, attack).partition("\n")[2] for place in together[:1])
        inside = "".join(bodies) + "".join(f"## S{at} {attack}\n\n{attack}\n\n" for at in range(2))
        asked = f"## Review questions\n\n### Q {attack}\n\n| {attack} |\n|---|\n| {attack} |\n\n"
        named = f"## Related terms\n\nN {attack}\n: {attack}\n"
        topics[f"t{number}"] = f"# T {attack}\n{inside}{asked}{named}"
    _written(tmp_path, topics, 'title = "T"\ncode = "TT"')
    kinds = [made.kind for made in build_in(tmp_path, "handouts", "flashcards").made]
    assert kinds.count("handouts") > 12
    assert live_in(tmp_path) == []


def test_what_the_course_says_of_itself_is_not_alive(tmp_path: Path) -> None:
    words = " ".join(attack for attack in ATTACKS if attack.isprintable())
    quoted = words.replace("\\", "\\\\").replace('"', '\\"')
    settings = f'title = "{quoted}"\ncode = "TT"\nauthor = "{quoted}"\nlicense = "{quoted}"'
    settings += f'\n[labels]\nfacts = "{quoted}"\nanswers = "{quoted}"\npage = "{quoted}"'
    _written(tmp_path, {"t": _attacked("fact", "x") + _attacked("question", "x")[4:]}, settings)
    assert len(build_in(tmp_path).made) > 2
    assert live_in(tmp_path) == []


def test_the_parsers_of_this_test_know_what_is_alive(tmp_path: Path) -> None:
    """Without this, a parser that sees nothing would leave all tests green."""
    assert list(live_in_fields('<img src=x onerror="a()">'))
    assert list(live_in_fields('<a href="javascript:a()">x</a>'))
    assert list(live_in_fields("<script>a()</script>"))
    assert list(live_in_fields(r"\(\href{javascript:a()}{x}\)"))
    assert list(live_in_fields("{{FrontSide}}"))
    assert list(live_in_fields("[sound:../x.mp3]"))
    pdf = pikepdf.new()
    pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=b"a()")
    data = io.BytesIO()
    pdf.save(data)
    (tmp_path / "x.pdf").write_bytes(data.getvalue())
    assert list(live_in_pdf(tmp_path / "x.pdf"))
