"""What the processes in test_workers.py do: each imports this, so it imports nothing of ours."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path


def work(piece: str) -> str:
    """Do what the piece says; it runs in another process."""
    if piece.startswith("once "):
        mark = Path(piece.removeprefix("once "))
        if mark.exists():
            return "DONE"
        mark.touch()
        piece = "die"
    match piece:
        case "die":
            os.kill(os.getpid(), signal.SIGKILL)
        case "hang":
            time.sleep(60)
        case "wrong":
            raise ValueError("no such thing")
        case "large":
            raise MemoryError
    return piece.upper()
