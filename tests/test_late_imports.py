"""What WeasyPrint imports and mostly never uses is imported when it is used, and works then."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CODE = """
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


def test_fonts_that_only_fonttools_can_cut_are_cut() -> None:
    done = subprocess.run(
        [sys.executable, "-c", CODE], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "NoneType" in done.stdout
