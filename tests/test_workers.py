"""Several processes at work: each may die, hang or run out of memory, and costs its own piece."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from builder.build.workers import Failure, Workers, cores, in_this_process
from tests.courses import write_course
from tests.worker_tasks import work

ROOT = Path(__file__).resolve().parent.parent


def _results(pieces: list[str], longest: float = 30.0) -> dict[str, str | Failure]:
    workers = Workers(work, 2, longest=longest)
    try:
        return dict(workers.results(pieces))
    finally:
        workers.close()


def test_every_piece_gets_its_result() -> None:
    pieces = [f"piece {number}" for number in range(20)]
    assert _results(pieces) == {piece: piece.upper() for piece in pieces}


def test_a_process_that_dies_costs_its_own_piece() -> None:
    found = _results(["a", "die", "b", "c", "d"])
    assert found.pop("die") == Failure("its process died")
    assert found == {"a": "A", "b": "B", "c": "C", "d": "D"}


def test_a_process_that_hangs_costs_its_own_piece() -> None:
    started = time.monotonic()
    found = _results(["a", "hang", "b", "c"], longest=4.0)
    assert found.pop("hang") == Failure("it took longer than 4 seconds")
    assert found == {"a": "A", "b": "B", "c": "C"}
    assert time.monotonic() - started < 40


@pytest.mark.parametrize(
    ("piece", "reason"),
    [("wrong", "ValueError: no such thing"), ("large", "the memory was not enough for it")],
)
def test_a_mistake_costs_its_own_piece_in_any_process(piece: str, reason: str) -> None:
    expected = {"a": "A", piece: Failure(reason), "b": "B"}
    assert _results(["a", piece, "b"]) == expected
    assert dict(in_this_process(work, ["a", piece, "b"])) == expected


def test_what_is_fatal_ends_all() -> None:
    with pytest.raises(ValueError, match="no such thing"):
        list(in_this_process(work, ["a", "wrong"], (ValueError,)))
    with pytest.raises(ValueError, match="no such thing"):
        list(Workers(work, 2, fatal=(ValueError,)).results(["a", "wrong"]))


def test_no_process_is_left_behind() -> None:
    workers = Workers(work, 2)
    results = workers.results(["a", "b", "c", "d"])
    next(results)
    pids = _children()
    results.close()  # type: ignore[attr-defined]
    assert len(pids) == 2
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def _children() -> list[int]:
    return [process.pid for process in multiprocessing.active_children() if process.pid]


def test_a_piece_whose_process_was_ended_by_somebody_else_is_tried_again(tmp_path: Path) -> None:
    mark = tmp_path / "died"
    assert _results([f"once {mark}", "a"]) == {f"once {mark}": "DONE", "a": "A"}
    assert mark.exists()


def test_processes_that_were_ended_while_they_had_nothing_to_do_are_started_again() -> None:
    workers = Workers(work, 2)
    try:
        assert dict(workers.results(["a", "b"])) == {"a": "A", "b": "B"}
        for pid in _children():
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.3)  # until that is noticed
        assert dict(workers.results(["c", "d"])) == {"c": "C", "d": "D"}
    finally:
        workers.close()


def test_one_process_takes_the_next_piece_before_it_is_done_and_more_are_started_for_many() -> None:
    workers = Workers(work, 1)
    try:
        assert workers.has_room
        for piece in ("a", "b"):
            workers.begin(piece)
        assert not workers.has_room
        assert dict(workers.results(["c"])) == {"a": "A", "b": "B", "c": "C"}
        assert workers.started == 1
        assert len(dict(workers.results(["a", "b", "c", "d"], most=3))) == 4
        assert workers.started == 3
        workers.close(left=1)
        assert workers.started == len(_children()) == 1
    finally:
        workers.close()


def test_what_nobody_asked_for_makes_room_when_it_is_done() -> None:
    workers = Workers(work, 1)
    try:
        for piece in ("a", "b"):
            workers.begin(piece)
        for _ in range(300):
            workers.forget()
            if workers.has_room:
                break
            time.sleep(0.1)
        assert workers.has_room
        assert dict(workers.results(["c"])).items() >= {"c": "C"}.items()
    finally:
        workers.close()


def test_cores_are_those_that_the_process_may_use() -> None:
    code = "import os; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))});"
    code += "from builder.build.workers import cores; print(cores())"
    if hasattr(os, "sched_setaffinity"):
        told = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
        )
        assert told.stdout == "1\n"
    assert cores() >= 1


@pytest.mark.slow
def test_two_processes_build_what_one_builds(tmp_path: Path) -> None:
    topic = "# T{0}\n\n## Review questions\n\n### What is {0}?\n\nA number.\n"
    topics = {f"t{number}": topic.format(number) for number in range(3)}
    write_course(tmp_path / "content", topics)
    built = {}
    for jobs in ("1", "2"):
        output = tmp_path / f"output-{jobs}"
        command = [
            sys.executable,
            "-m",
            "builder",
            "build",
            "--jobs",
            jobs,
            "--output",
            str(output),
        ]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        told = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
        )
        assert "resource_tracker" not in told.stderr  # it complains of what is not given back
        built[jobs] = {
            path.relative_to(output): path.read_bytes()
            for path in output.rglob("*")
            if path.suffix in {".pdf", ".apkg"}
        }
    assert len(built["1"]) == 9
    assert built["1"] == built["2"]
