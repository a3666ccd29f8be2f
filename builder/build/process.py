"""One process that does what it is given, can be ended at any moment, and leaves nothing behind."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import shutil
import signal
import tempfile
import threading
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

_PARTING = 2.0  # seconds until an executor's thread is given up, which takes milliseconds


class TemporaryFolder:
    """A folder for the temporary files of a process that may be killed, so can't remove them.

    WeasyPrint writes each font that it uses into one: 4 MB.  Where no folder can be made, files
    go where they would go anyway.
    """

    def __init__(self) -> None:
        self.path: str | None = None
        with contextlib.suppress(OSError):
            self.path = tempfile.mkdtemp(prefix="rectoverso-")

    @property
    def environment(self) -> dict[str, str]:
        """Return the variables by which a program is told to use it."""
        return dict.fromkeys(("TMPDIR", "TEMP", "TMP"), self.path) if self.path else {}

    def remove(self) -> None:
        """Remove it with all that is in it; who still writes there fails from then on."""
        if self.path:
            found = Path(self.path)
            with contextlib.suppress(OSError):
                found = found.rename(f"{self.path}-gone")
            shutil.rmtree(found, ignore_errors=True)


class OneProcess(ProcessPoolExecutor):
    """An executor of one process, which does one call after the other."""

    def __init__(self) -> None:
        # A forked process would share locks and open files of this one in unknown states.
        context = multiprocessing.get_context("spawn")
        self._folder = TemporaryFolder()
        super().__init__(1, mp_context=context, initializer=_serve, initargs=(self._folder,))

    def kill(self) -> None:
        """End the process at once, whatever it is doing, and the thread that looks after it.

        That gives back semaphores, which must be over before the program ends.
        """
        processes = list((getattr(self, "_processes", None) or {}).values())
        thread = getattr(self, "_executor_manager_thread", None)
        self.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            with contextlib.suppress(OSError):
                process.kill()
        for process in processes:
            process.join()
        if thread:
            thread.join(_PARTING)
        self._folder.remove()


def _serve(folder: TemporaryFolder) -> None:
    """Leave Ctrl-C to the process that started this one, which ends it; end with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    tempfile.tempdir = folder.path
    threading.Thread(target=_end_with_parent, args=(folder,), daemon=True).start()


def _end_with_parent(folder: TemporaryFolder) -> None:
    """End this process when its parent is gone: killed, it could tell nobody."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        folder.remove()
        os._exit(1)
