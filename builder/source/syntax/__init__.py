"""The Markdown that we read: CommonMark with tables and definition lists, and our own syntax.

One rule a file: `cloze` (`{{answer::hint}}`), `attributes` (`{#id .tag}`), `places` (where an
inline stands), `cells` (where a table's cells stand), `bounds` (what is too long to parse),
`scripts` (`H~2~O`, `10^22^`), `maths` (`$x^2$`), `footnotes` (`[^1]`), `callouts` (`::: note`),
`images` (how wide a picture is).  Raw HTML is recognised only so that it can be refused with its
place.
"""

from __future__ import annotations

from functools import cache

from markdown_it import MarkdownIt
from mdit_py_plugins.deflist import deflist_plugin

from builder.source.syntax import (
    attributes,
    bounds,
    callouts,
    cells,
    cloze,
    footnotes,
    images,
    maths,
    places,
    scripts,
)

# Deeper text would be dropped by markdown-it without a word; the parser reports it instead.
# A list takes two levels.
MAX_NESTING = 24

RULES = (attributes, bounds, callouts, cells, cloze, footnotes, images, maths, places, scripts)


@cache
def markdown() -> MarkdownIt:
    """Return the configured parser; it holds no state between texts."""
    options = {
        "html": True,
        "maxNesting": MAX_NESTING,
        "store_labels": True,
        "inline_definitions": True,
    }
    md = MarkdownIt("commonmark", options).enable(["table", "strikethrough"])
    md.disable("lheading")  # it would make a heading of "Question" above "---"
    md.use(deflist_plugin)
    for rule in RULES:
        rule.install(md)
    return md
