"""The words of a text, as wordings are compared, and which of them may be one word."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from builder.text import comparable

_WORD = re.compile(r"[^\W_]+")
# Scripts that write words without spaces: compared by characters and pairs of characters.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]")
# Two to twelve in English, German, French, Spanish, Italian, Portuguese, Dutch and Polish.
_NUMBERS = frozenset(
    re.findall(
        r"\w+",
        """
two three four five six seven eight nine ten eleven twelve zwei drei vier fünf sechs
sieben acht neun zehn elf zwölf deux trois quatre cinq sept huit neuf dix onze douze dos
tres cuatro cinco seis siete ocho nueve diez once doce due tre quattro cinque sei sette
otto nove dieci undici dodici dois duas três quatro sete oito dez doze twee drie vijf
zes zeven negen tien twaalf dwa dwie trzy cztery pięć sześć siedem osiem dziewięć
dziesięć
""",
    )
)
_ENDING = 2  # letters at a word's end that may come and go: plurals, cases, persons
_STEM = 4  # letters that must stay before them
_GRAMMAR = 2  # letters of a word that mostly is grammar


@lru_cache(maxsize=100_000)
def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text, as they are compared."""
    words = _WORD.findall(comparable(text))
    if not _UNSPACED.search(text):
        return tuple(words)
    return tuple(piece for word in words for piece in _pieces(word))


def length_of(text: str) -> int:
    """Return the number of words; two characters of a script without spaces count as one."""
    words = _WORD.findall(comparable(text))
    return sum(len(word) // 2 if _UNSPACED.search(word) else 1 for word in words)


def _pieces(word: str) -> Iterable[str]:
    if not _UNSPACED.search(word):
        return (word,)
    return (*word, *(word[i : i + 2] for i in range(len(word) - 1)))


def is_number_word(word: str) -> bool:
    """Tell whether a word counts: a number that is corrected makes no other question."""
    return word in _NUMBERS


def is_grammar(word: str) -> bool:
    """Tell whether a word is so short that it is mostly grammar; figures are not."""
    return len(word) <= _GRAMMAR and not word.isdigit() and not _UNSPACED.search(word)


def may_be_misspelt(word: str) -> bool:
    """Tell whether a word can be misspelt: a number or a short word would be another one."""
    return len(word) >= _STEM and not word.isdigit()


def is_inflected(one: str, other: str) -> bool:
    """Tell whether two words differ in their endings only."""
    stem = min(len(one), len(other)) - _ENDING
    longer = max(len(one), len(other))
    return stem >= _STEM and one[:stem] == other[:stem] and longer - stem <= 2 * _ENDING


@lru_cache(maxsize=20_000)
def unaccented(word: str) -> str:
    """Return a word without accents and tone marks."""
    if word.isascii():
        return word
    letters = unicodedata.normalize("NFD", word)
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
