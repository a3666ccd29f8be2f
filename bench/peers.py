"""Other ways to the same pages and decks: `python -m bench.peers [TOPICS]`, as whole processes.

WeasyPrint alone on the pages of one topic; all topics as one document of WeasyPrint; Typst and
ReportLab, if they are installed, on the same texts.  None of them does what we do; they say what
there is to spend.
"""

from __future__ import annotations

import importlib.util
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from markdown_it import MarkdownIt
from weasyprint.document import Document

from bench.courses import topic_text, write_course
from builder.build.courses import load_courses
from builder.build.fingerprint import narrowed
from builder.build.identify import Demands, context_of, identify
from builder.build.shelf import open_shelf
from builder.fonts import ALL_FACES, FONT_SCHEME, face_data
from builder.model import Asset
from builder.outputs import Context, all_outputs
from builder.rendering import pdf

ROOT = Path(__file__).resolve().parent.parent
_RUNS = 3

_BARE = """
import sys
from pathlib import Path
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

for page in sorted(Path(sys.argv[1]).glob("*.html")):
    fonts = FontConfiguration()
    style = CSS(filename=page.with_suffix(".css"), font_config=fonts)
    HTML(filename=page).write_pdf(
        page.with_suffix(".pdf"), stylesheets=[style], font_config=fonts
    )
"""


def main() -> None:
    """Print a row for each way."""
    topics = int((sys.argv[1:] or ["10"])[0])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_course(folder / "content", topics)
        print(f"{topics} topics\n\n| what | seconds |\n|---|---:|")
        for what, seconds in (
            ("WeasyPrint alone, one topic", bare_weasyprint(folder / "content", folder / "one", 3)),
            ("WeasyPrint, all topics as one document", _naive(folder, topics)),
            ("Typst, all topics", _typst(folder, topics)),
            ("ReportLab, all topics", _reportlab(folder, topics)),
        ):
            print(f"| {what} | {f'{seconds:.2f}' if seconds else 'not installed'} |", flush=True)


def bare_weasyprint(content: Path, folder: Path, runs: int) -> float:
    """Return the median of the seconds that a bare process takes for the pages of one topic."""
    _write_pages(_context(content), folder)
    return _median([sys.executable, "-W", "ignore", "-c", _BARE, str(folder)], runs)


def _context(content: Path) -> Context:
    with open_shelf(content) as shelf:
        library = load_courses(content, shelf)
        loaded = library.courses[0]
        assigned = identify(loaded, Demands(), library.folders, shelf).assigned
        assert assigned
        return context_of(loaded, assigned)


def _write_pages(context: Context, folder: Path) -> None:
    """Write the HTML and the styles that our outputs give WeasyPrint for the first topic."""
    folder.mkdir(exist_ok=True)
    for face in ALL_FACES:
        (folder / face.name).write_bytes(face_data(face))
    plain = pdf.rendered
    number = 0

    def recording(
        html: str, fonts: str, css: str, assets: Mapping[str, Asset], *, is_ours: bool
    ) -> Document:
        nonlocal number
        number += 1
        styles = f"{fonts}\n{css}".replace(FONT_SCHEME, f"file://{folder}/")
        (folder / f"{number}.html").write_text(html, encoding="utf-8")
        (folder / f"{number}.css").write_text(styles, encoding="utf-8")
        return plain(html, fonts, css, assets, is_ours=is_ours)

    pdf.rendered = recording
    try:
        for output in all_outputs():
            if output.scope == "topic":
                topic = context.topics[0]
                output.render(narrowed(context, output, topic))
    finally:
        pdf.rendered = plain


def _naive(folder: Path, topics: int) -> float:
    pages = folder / "naive"
    pages.mkdir()
    html = "".join(MarkdownIt().render(topic_text(number)) for number in range(1, topics + 1))
    (pages / "all.html").write_text(f"<!doctype html>{html}", encoding="utf-8")
    (face,) = (face for face in ALL_FACES if face.name == "rectoverso-serif-400-normal.ttf")
    (pages / face.name).write_bytes(face_data(face))
    style = f'@font-face {{ font-family: serif; src: url("file://{pages / face.name}") }}'
    style += "html { font-family: serif } h1 { break-before: page }"
    (pages / "all.css").write_text(style, encoding="utf-8")
    return _median([sys.executable, "-c", _BARE, str(pages)], 1)


def _typst(folder: Path, topics: int) -> float:
    """Typst's marks are near to ours: headings are written with another sign."""
    if importlib.util.find_spec("typst") is None:
        return 0.0
    lines = ['#set page(paper: "a4")']
    for number in range(1, topics + 1):
        text = topic_text(number).replace("{{", "").replace("}}", "")
        lines += [line.replace("#", "=") if line[:1] == "#" else line for line in text.split("\n")]
    (folder / "all.typ").write_text("\n".join(lines), encoding="utf-8")
    code = "import sys, typst; typst.compile(sys.argv[1], output=sys.argv[2])"
    files = [str(folder / "all.typ"), str(folder / "typst.pdf")]
    return _median([sys.executable, "-c", code, *files], _RUNS)


_PLATYPUS = """
import sys
from pathlib import Path
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import Paragraph, SimpleDocTemplate

styles = getSampleStyleSheet()
story = []
for block in Path(sys.argv[1]).read_text(encoding="utf-8").split("\\n\\n"):
    level = len(block) - len(block.lstrip("#"))
    story.append(Paragraph(block.lstrip("# "), styles[f"h{level}" if level else "BodyText"]))
SimpleDocTemplate(sys.argv[2]).build(story)
"""


def _reportlab(folder: Path, topics: int) -> float:
    if importlib.util.find_spec("reportlab") is None:
        return 0.0
    text = "\n\n".join(topic_text(number) for number in range(1, topics + 1))
    (folder / "all.md").write_text(text, encoding="utf-8")
    files = [str(folder / "all.md"), str(folder / "reportlab.pdf")]
    return _median([sys.executable, "-c", _PLATYPUS, *files], _RUNS)


def _median(command: list[str], runs: int) -> float:
    found = []
    for _ in range(runs):
        started = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
        found.append(time.perf_counter() - started)
    return statistics.median(found)


if __name__ == "__main__":
    main()
