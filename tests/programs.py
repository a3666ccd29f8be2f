"""Programs of their own, for what holds only of a process that has just begun."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def run_program(code: str, cache: Path | str) -> list[str]:
    """Run Python code in a process with this cache, and return the lines that it prints."""
    environment = {**os.environ, "RECTOVERSO_CACHE": str(cache)}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()
