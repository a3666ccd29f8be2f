"""WeasyPrint gets its C libraries in a quick way, and what it makes with them is the same."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.programs import run_program

PAGE = """
import hashlib, subprocess, sys
started = []
sys.addaudithook(lambda event, _: started.append(event) if event == "subprocess.Popen" else None)
from builder.build.ready import get_ready
get_ready()
from builder.rendering import pdf
made = pdf.lay_out("<p lang=en>Any word, <i>flowing</i> <b>office</b> and שלום</p>", "", {})
print(hashlib.sha256(made.write_pdf()).hexdigest())
print(len(started), "pycparser" in sys.modules)
"""
UNKNOWN = """
from builder.rendering import libraries
libraries._FIRST = "libnone.so.0"
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere libraries have no such names")
def test_a_process_parses_no_c_and_starts_no_other_to_find_a_library(tmp_path: Path) -> None:
    plain, _ = run_program(UNKNOWN + PAGE, "off")
    first, said = run_program(PAGE, tmp_path)
    later, said_later = run_program(PAGE, tmp_path)
    assert first == later == plain
    assert said == "0 True"
    assert said_later == "0 False"


def test_what_was_kept_of_another_version_of_weasyprint_is_not_used(tmp_path: Path) -> None:
    run_program(PAGE, tmp_path)
    before = sorted((tmp_path / "declarations").rglob("*"))
    code = "from builder.rendering import libraries\nread = libraries._source\n"
    code += "libraries._source = lambda: read() + '\\n# another'\n"
    run_program(code + PAGE, tmp_path)
    assert len(sorted((tmp_path / "declarations").rglob("*"))) > len(before)
