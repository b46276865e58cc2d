"""Results of the typesetter by all that went in: nothing is typeset twice.

A key is a digest of the job, the pictures it may show, the fonts, the typesetter's own code and the
versions of all that it relies on; so an entry never goes stale, it is only asked for no more.
"""

import contextlib
import hashlib
import itertools
import sys
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from pharmdocs.pool import each
from pharmdocs.typesetting import loading
from pharmdocs.typesetting.cluster import scheduler, spread
from pharmdocs.typesetting.store import folder, hold, is_there, kept, settle
from pharmdocs.typesetting.surroundings import pictures_of, surroundings

_In = TypeVar("_In")
_Out = TypeVar("_Out")

# Counts up when the form of an entry changes.
_FORMAT = 1

# How often there was something to typeset in this process.
_rounds = itertools.count()


def remembered(
    function: Callable[[_In], _Out],
    arguments: Sequence[_In],
    jobs: int = 1,
    done: Callable[[int], None] | None = None,
    called: Callable[[_In], str] | None = None,
    work: str = "typeset",
    keep: Callable[[_Out], bool] = lambda _: True,
    instead: Callable[[list[_In], list[str]], list[_In]] = lambda missing, _: missing,
    meanwhile: Callable[[], object] = lambda: None,
    names: Sequence[str] | None = None,
) -> list[_Out]:
    """The function's results in the order of the arguments, from the folder where they are there.

    Args:
        function: one that is pure but for the folder of pictures, and returns plain data of ours.
        arguments: a job each, or something with a `job`.
        jobs: how many children at the most work on what is missing, unless a cluster does.
        done: told how many results are there.
        called: what to call an argument, should typesetting give up at it.
        work: what the function does, as `each` has it; "typeset" needs the typesetter.
        keep: whether a result may be kept.
        instead: told what is missing, and its keys, what to ask for that makes the same; only with
            a folder.
        meanwhile: what is done here while children work.
        names: the keys, as `keys` has them, where they are known.

    Raises:
        PharmdocsError: the first that any child raised; it is not kept.
    """
    place, own = folder.get(), keys(function, arguments) if names is None else names
    there = {at: name for at, name in enumerate(own) if is_there(name)}
    missing = [at for at in range(len(arguments)) if at not in there]
    results: dict[int, _Out] = {}

    def read() -> None:
        """What is there is read, and what was made before is kept, while something is made."""
        settle()
        for at, name in there.items():
            if (result := kept(name)) is not None:
                results[at] = result
        meanwhile()

    def make(missing: list[int], meanwhile: Callable[[], object]) -> None:
        todo = [arguments[at] for at in missing]
        if place:
            todo = instead(todo, [own[at] for at in missing])
        before = len(arguments) - len(missing)
        tell = (lambda count: done(before + count)) if done else None
        if address := scheduler.get():
            meanwhile()
            made = spread(address, function, todo, tell)
        else:
            if work == "typeset":
                _prepare()
            made = each(
                function, todo, jobs, done=tell, called=called, work=work, meanwhile=meanwhile
            )
        for at, result in zip(missing, made, strict=True):
            results[at] = result
            if keep(result):
                hold(own[at], result)

    if done and there:
        done(len(there))
    if missing:
        make(missing, read)
    else:
        read()
    if damaged := [at for at in there if at not in results]:
        make(damaged, lambda: None)
    return [results[at] for at in range(len(arguments))]


def recalled(function: Callable[[_In], _Out], argument: _In) -> _Out:
    """The one result for one argument, as `remembered` has it."""
    return remembered(function, [argument])[0]


def _prepare() -> None:
    """Load the engine here from the second time on, so that children need not, each for itself.

    Not the first time: who typesets once would have it twice in memory, and gain nothing.
    """
    if next(_rounds) and sys.platform == "linux":
        # What is missing is told by whoever needs it.
        with contextlib.suppress(OSError):
            loading.load()


def keys(function: Callable[[_In], object], arguments: Sequence[_In]) -> list[str]:
    """What stands for each result; empty ones where nothing is kept."""
    return [key(function, it) if folder.get() else "" for it in arguments]


def key(function: Callable[..., Any], argument: Any) -> str:
    """What stands for a result; empty where it cannot be told what it depends on."""
    around = surroundings()
    if not around:
        return ""
    told = f"{_FORMAT} {function.__module__}.{function.__qualname__}\n{argument!r}\n{around}"
    found = hashlib.sha256(told.encode("utf-8", "surrogatepass"))
    for name, path in pictures_of(argument, told):
        now = path.stat()
        state = (now.st_ino, now.st_size, now.st_mtime_ns, now.st_ctime_ns)
        found.update(name.encode() + b"\0" + _shown(path, state))
    return found.hexdigest()


@lru_cache(maxsize=20_000)
def _shown(picture: Path, _state: tuple[int, ...]) -> bytes:
    """What a picture is; read once a process, because each job of a bank may show it."""
    return hashlib.sha256(picture.read_bytes()).digest()
