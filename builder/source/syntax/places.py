"""Where an inline stands: keeps `pos` and `end` in the meta of links, images and raw HTML.

markdown-it-py gives inlines no place, so the rules that make them are wrapped.  It also would take
a link with a scheme that it refuses for plain text; we refuse it ourselves, with its place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from markdown_it.rules_inline import autolink, html_inline, link

if TYPE_CHECKING:
    from collections.abc import Callable

    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline

_MADE = {"link_open", "image", "html_inline"}


def install(md: MarkdownIt) -> None:
    """Wrap the rules."""
    for rule in (autolink, html_inline, link):
        md.inline.ruler.at(rule.__name__, placed(rule))
    md.validateLink = _is_for_us_to_judge  # type: ignore[method-assign,assignment]


def _is_for_us_to_judge(_address: str) -> bool:
    return True


def placed(
    rule: Callable[[StateInline, bool], bool],
) -> Callable[[StateInline, bool], bool]:
    """Return the rule as one that keeps the place of what it makes."""

    def keeping(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's signature
        start, made = state.pos, len(state.tokens)
        if not rule(state, silent):
            return False
        if not silent:
            token = next((t for t in state.tokens[made:] if t.type in _MADE), None)
            if token:
                token.meta.update(pos=start, end=state.pos)
        return True

    return keeping
