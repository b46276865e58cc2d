"""What is kept on disk by its key, and what of it is in memory.

An entry that is damaged counts as missing, and a folder that cannot be written as one that is
empty. Several builds may use one folder at once. Off until somebody names a folder.
"""

import contextlib
import hashlib
import io
import os
import pickle
import zlib
from collections import Counter
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass, is_dataclass
from pathlib import Path
from typing import Any

from pharmdocs.typesetting.keeping import put

# What may lie in the folder, in bytes: a deck of 10,000 cards takes 15 MB.
MOST = 500_000_000
# What is left when it is swept.
_SWEPT = 0.8
# What is held in memory of it, in bytes as it is packed there.
_MOST_AT_HAND = 10_000_000
_DIGEST = 32

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


def stays() -> bool:
    """Whether this process builds again and again, so that what is for the next build can wait."""
    return _recent.get() is not None


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


def is_there(name: str) -> bool:
    """Whether something is kept under a key; it may be damaged."""
    place = folder.get()
    if not (place and name):
        return False
    path = place / name
    return name in _waiting.get() or path in (_recent.get() or {}) or path.exists()


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
    place = folder.get()
    if not (place and (waiting := _waiting.get())):
        return
    for name, result in waiting.items():
        packed = zlib.compress(pickle.dumps(result, protocol=5), 1)
        put(place / name, hashlib.sha256(packed).digest() + packed)
        _note(place / name, result, len(packed))
    waiting.clear()
    _sweep(place)


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
