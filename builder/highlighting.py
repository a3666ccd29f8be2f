"""Code divided into what Pygments tells apart; a leaf that sources and outputs may ask.

Five classes are enough, and few enough that weight and slope tell them apart where there is no
colour: `keyword`, `name` (of what is defined), `string`, `number` and `comment`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pygments.lexer import Lexer

LONGEST = 20_000  # characters; a lexer may need seconds for more

_CLASSES = {
    "Comment": "comment",
    "Keyword": "keyword",
    "Operator.Word": "keyword",
    "Name.Tag": "keyword",
    "Name.Function": "name",
    "Name.Class": "name",
    "Name.Namespace": "name",
    "Name.Decorator": "name",
    "Name.Attribute": "name",
    "Literal.String": "string",
    "Literal.Number": "number",
    "Generic.Heading": "keyword",
    "Generic.Prompt": "comment",
}


class Piece(NamedTuple):
    """A piece of code and its class, or the empty string where it has none."""

    text: str
    kind: str


@cache
def languages() -> Mapping[str, str]:
    """Return the names of Pygments' lexers by what a fence calls them, in lower case.

    Lexers that the machine has besides are left out, or the same source would look different there.
    """
    from pygments.lexers import get_all_lexers  # noqa: PLC0415 - few topics have code

    lexers = get_all_lexers(plugins=False)
    return {alias.lower(): lexer[0] for lexer in lexers for alias in lexer[1]}


@lru_cache(maxsize=256)
def pieces(text: str, language: str) -> Sequence[Piece]:
    """Return the code in pieces; in one where the language is unknown."""
    lexer = _lexer(language.lower()) if len(text) <= LONGEST else None
    tokens = [(_kind(str(token)), part) for token, part in lexer.get_tokens(text)] if lexer else []
    # A lexer must not change what the author wrote.
    if "".join(part for _, part in tokens) != text:
        return [Piece(text, "")]
    return [
        Piece("".join(part for _, part in group), kind)
        for kind, group in groupby(tokens, key=itemgetter(0))
    ]


@cache
def _lexer(language: str) -> Lexer | None:
    from pygments.lexers import find_lexer_class  # noqa: PLC0415 - as above

    found = find_lexer_class(languages().get(language, ""))
    return found(stripnl=False, ensurenl=False) if found else None


@cache
def _kind(token: str) -> str:
    """Return the class of a token such as `Token.Name.Function`."""
    return next((kind for name, kind in _CLASSES.items() if token.startswith(f"Token.{name}")), "")
