"""Results of the typesetter on disk, by all that went in: nothing is typeset twice.

A key is a digest of the job, the pictures it may show, the fonts, the typesetter's own code and the
versions of all that it relies on; so an entry never goes stale, it is only asked for no more. An
entry that is damaged counts as missing, and a folder that cannot be written as a cache that is
empty. Several builds may use one folder at once. Off until somebody names a folder.
"""

import contextlib
import hashlib
import io
import itertools
import os
import pickle
import sys
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, is_dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from pharmdocs.pool import each
from pharmdocs.typesetting import loading
from pharmdocs.typesetting.cluster import scheduler, spread
from pharmdocs.typesetting.keeping import put
from pharmdocs.typesetting.surroundings import pictures_of, surroundings

_In = TypeVar("_In")
_Out = TypeVar("_Out")

# What may lie in the folder, in bytes: a deck of 10,000 cards takes 15 MB.
MOST = 500_000_000
# What is left when it is swept.
_SWEPT = 0.8
# What is held in memory of it, in bytes as it is packed there.
_MOST_AT_HAND = 10_000_000
_DIGEST = 32
# Counts up when the form of an entry changes.
_FORMAT = 1

# How often there was something to typeset in this process.
_rounds = itertools.count()

folder: ContextVar[Path | None] = ContextVar("folder", default=None)
# What was read last, with its size in the folder; of a process that builds again and again.
_recent: ContextVar[dict[Path, tuple[Any, int]] | None] = ContextVar("recent", default=None)

# What is to be kept and not yet written, by its key.
_waiting: ContextVar[dict[str, Any]] = ContextVar("waiting")


@dataclass(frozen=True)
class Contents:
    """What lies in the folder."""

    folder: Path
    entries: int
    size: int


@contextlib.contextmanager
def caching(place: Path | None) -> Iterator[None]:
    """Keep results in a folder, or None for not at all, until the end of the block."""
    token, waiting = folder.set(place), _waiting.set({})
    try:
        yield
    finally:
        settle()
        _waiting.reset(waiting)
        folder.reset(token)


@contextlib.contextmanager
def at_hand() -> Iterator[None]:
    """Have what was read or kept last in memory, too, until the end of the block."""
    token = _recent.set({})
    try:
        yield
    finally:
        _recent.reset(token)


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

    Raises:
        PharmdocsError: the first that any child raised; it is not kept.
    """
    place = folder.get()
    keys = [key(function, argument) if place else "" for argument in arguments]
    there = [at for at, name in enumerate(keys) if _lies(name)]
    results: dict[int, _Out] = {}

    def read() -> None:
        """What is there is read, and what was made before is kept, while something is made."""
        settle()
        for at in there:
            if (result := kept(keys[at])) is not None:
                results[at] = result
        meanwhile()

    def make(missing: list[int], meanwhile: Callable[[], object]) -> None:
        todo = [arguments[at] for at in missing]
        if place:
            todo = instead(todo, [keys[at] for at in missing])
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
                hold(keys[at], result)

    if done and there:
        done(len(there))
    if len(there) < len(arguments):
        make([at for at in range(len(arguments)) if at not in set(there)], read)
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


def contents(place: Path) -> Contents:
    """How much lies there; nothing when there is no such folder."""
    sizes = [size for _, size, _ in _entries(place)]
    return Contents(place, len(sizes), sum(sizes))


def clear(place: Path) -> Contents:
    """Forget everything; what that was."""
    was = contents(place)
    for path, _, _ in _entries(place):
        with contextlib.suppress(OSError):
            Path(path).unlink()
    return was


def kept(name: str) -> Any:
    """What is kept under a key; None where nothing is, or it is not whole."""
    place = folder.get()
    if not (place and name):
        return None
    waiting = _waiting.get()
    if name in waiting:
        return waiting[name]
    path = place / name
    result, size = (_recent.get() or {}).get(path) or _read(path)
    _note(path, result, size)
    return result


def _lies(name: str) -> bool:
    """Whether something is kept under a key; it may be damaged."""
    place = folder.get()
    if not (place and name):
        return False
    return name in _waiting.get() or (place / name).exists()


def _note(path: Path, result: Any, size: int) -> None:
    """Have it in memory as the last one, and no more in all than may be."""
    recent = _recent.get()
    if recent is None or result is None:
        return
    recent.pop(path, None)
    recent[path] = result, size
    while sum(size for _, size in recent.values()) > _MOST_AT_HAND:
        del recent[next(iter(recent))]


def hold(name: str, result: object) -> None:
    """Keep a result under a key, where there is a folder; it is written when there is time."""
    if folder.get() and name:
        _waiting.get()[name] = result


def settle() -> None:
    """Write what waits to be kept."""
    place, waiting = folder.get(), _waiting.get()
    if not (place and waiting):
        return
    for name, result in waiting.items():
        packed = zlib.compress(pickle.dumps(result, protocol=5), 1)
        put(place / name, hashlib.sha256(packed).digest() + packed)
        _note(place / name, result, len(packed))
    waiting.clear()
    _sweep(place)


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


class _Plain(pickle.Unpickler):
    """Reads plain data and dataclasses of ours: an entry that was tampered with runs nothing."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("collections", "Counter"):
            return Counter
        if module.startswith("pharmdocs."):
            found = super().find_class(module, name)
            if is_dataclass(found) and found.__module__ == module:
                return found
        raise pickle.UnpicklingError(f"{module}.{name}")


def _read(path: Path) -> tuple[Any, int]:
    """The result in a file and its size; None where there is none that is whole."""
    try:
        data = path.read_bytes()
        packed = data[_DIGEST:]
        if hashlib.sha256(packed).digest() != data[:_DIGEST]:
            return None, 0
        result = _Plain(io.BytesIO(zlib.decompress(packed))).load()
        # Used just now: what was used longest ago goes first.
        os.utime(path)
    except (OSError, zlib.error, pickle.UnpicklingError, AttributeError, EOFError, TypeError):
        return None, 0
    return result, len(data)


def _entries(place: Path) -> list[tuple[str, int, float]]:
    """Every entry with its size and when it was used last; those of other builds come and go.

    By their names as texts, because there are thousands of them and none is opened.
    """
    found = []
    with contextlib.suppress(OSError):
        for entry in os.scandir(place):
            with contextlib.suppress(OSError):
                told = entry.stat()
                found.append((entry.path, told.st_size, told.st_mtime))
    return found


def _sweep(place: Path) -> None:
    """Leave room: what was used longest ago goes first."""
    entries = sorted(_entries(place), key=lambda it: it[2])
    size = sum(it[1] for it in entries)
    if size <= MOST:
        return
    for path, own, _ in entries:
        if size <= MOST * _SWEPT:
            return
        with contextlib.suppress(OSError):
            Path(path).unlink()
            size -= own
