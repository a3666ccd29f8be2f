"""What a process does for a build: one output rendered, or bound of parts that the cache has."""

from __future__ import annotations

import pickle
from dataclasses import dataclass, replace

from builder.build.cache import Cache, Pieces
from builder.build.code import code_digest
from builder.build.fingerprint import fingerprint
from builder.build.user_folders import cache_folder
from builder.diagnostics import Diagnostic
from builder.kept import keeping
from builder.outputs import Context, Output, Rendered, Slow, all_outputs
from builder.rendering import NotRenderedError

RENDERED, _SLOW = "rendered", "slow"  # of pieces in the cache


@dataclass(frozen=True, slots=True)
class Task:
    """What a worker is told: which kind of output, and all that it may look at.

    The part that takes long is taken from the cache, unless all is to be made anew.  `parts` are
    the keys of what is to be bound to one file.
    """

    output: str
    context: Context
    is_forced: bool = False
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lost:
    """The cache has not all that was to be bound."""


@dataclass(frozen=True, slots=True)
class Packed:
    """What was rendered, without the part that is bound, and all of it as it is kept.

    So the process that is given this needs nothing of what the part is made of.
    """

    shown: Rendered
    whole: bytes


Outcome = Rendered | Diagnostic | Lost | None


def render(task: Task) -> Outcome | Packed:
    """Make one output, in whichever process; or say why the course can't be rendered so."""
    outcome = _outcome(task)
    if isinstance(outcome, Rendered) and outcome.part is not None:
        return Packed(replace(outcome, part=None), _pickled(outcome))
    return outcome


def unpacked(outcome: Outcome | Packed) -> Outcome:
    """Return an outcome with all that belongs to it."""
    return _unpickled(outcome.whole) if isinstance(outcome, Packed) else outcome


def _outcome(task: Task) -> Outcome:
    (output,) = (each for each in all_outputs() if each.name == task.output)
    cache = Cache(None if task.is_forced else cache_folder())
    with keeping(Pieces(cache, code_digest())):
        try:
            if task.parts:
                return _bound(output, task, cache)
            if output.slow is None or cache.folder is None:
                return output.render(task.context)
            made = _made_once(output, output.slow, task.context, cache)
            return None if made is None else output.slow.finish(task.context, made)
        except NotRenderedError as error:
            return error.diagnostic


def _bound(output: Output, task: Task, cache: Cache) -> Outcome:
    parts = [kept_outcome(cache, key) for key in task.parts]
    rendered = [part for part in parts if isinstance(part, Rendered)]
    if len(rendered) < len(parts) or output.bind is None:
        return Lost()
    return output.bind(task.context, [part.part for part in rendered])


def _made_once(output: Output, slow: Slow, context: Context, cache: Cache) -> object:
    """Return the part that takes long, from the cache if it has it."""
    key = fingerprint(output, slow.seen(context), "slow")
    kept = cache.get(_SLOW, key)
    if kept is not None:
        return pickle.loads(kept)  # noqa: S301  # from the user's own cache
    made = slow.do(context)
    cache.put(_SLOW, key, _pickled(made))
    return made


def kept_outcome(cache: Cache, key: str) -> Outcome:
    """Return what a job with this fingerprint became, if the cache has it."""
    kept = cache.get(RENDERED, key)
    return _unpickled(kept) if kept else Lost()


def is_kept(cache: Cache, key: str) -> bool:
    """Tell whether the cache seems to have what a job with this fingerprint became."""
    return cache.has(RENDERED, key)


def keep_outcome(cache: Cache, key: str, outcome: Outcome | Packed) -> None:
    """Keep what a job became."""
    cache.put(RENDERED, key, outcome.whole if isinstance(outcome, Packed) else _pickled(outcome))


def _pickled(made: object) -> bytes:
    return pickle.dumps(made, protocol=5)


def _unpickled(outcome: bytes) -> Outcome:
    found: Outcome = pickle.loads(outcome)  # noqa: S301  # from a worker or the user's own cache
    return found
