"""What packages import and mostly never use is imported when it is used, and works then."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.programs import run_program

_FONTS = """
import sys
from builder.rendering import pdf
from weasyprint.pdf import fonts
assert "fontTools.ttLib.tables.otTables" not in sys.modules
assert fonts.subset.Options().glyph_names is False
assert "fontTools.ttLib.tables.otTables" in sys.modules
from fontTools import subset
assert subset.Subsetter
import fontTools.varLib.instancer as instancer
try:
    fonts.instantiateVariableFont(None, {})
except TypeError as error:
    print(error)
"""


_DECKS = """
import sys
{first}
from builder.rendering import anki_package
print("asyncio" in sys.modules)
import cached_property, genanki
print(cached_property.__version__, genanki.Model(1, "M", [], [])._req)
"""


def test_fonts_that_only_fonttools_can_cut_are_cut(tmp_path: Path) -> None:
    assert "NoneType" in run_program(_FONTS, tmp_path)[0]


@pytest.mark.parametrize(("first", "has"), [("", "False"), ("import cached_property", "True")])
def test_decks_are_written_without_asyncio(tmp_path: Path, first: str, has: str) -> None:
    said = run_program(_DECKS.format(first=first), tmp_path)
    assert said == [has, "2.0.1 []"]
