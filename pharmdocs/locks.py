"""A folder held by one build at a time, and what a killed build left in it.

The lock lies on the folder itself, so there is no file to be left behind, and the system ends the
lock of a process that is killed. Where a disk or a system knows no locks, builds do without.
"""

import contextlib
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

# How long another build may take to write its files, in seconds; then it is not waited for.
_WAIT = 10.0
_HIDDEN = ".pharmdocs-"
# Folders in which this process has looked for what a killed build left.
_swept: set[Path] = set()


def hidden(path: Path) -> Path:
    """A name beside a file that nobody sees, and by which it is known should it be left behind."""
    return path.with_name(_HIDDEN + secrets.token_hex(8))


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """No other build of ours writes into a folder until the end of the block.

    What lies there under a hidden name is then nobody's, and is removed.
    """
    with held(folder, _WAIT) as mine:
        # The same name is another folder once the current one has changed.
        if mine and (whole := folder.resolve()) not in _swept:
            _swept.add(whole)
            for left in folder.glob(f"{_HIDDEN}*"):
                _remove(left)
        yield


@contextlib.contextmanager
def held(folder: Path, wait: float = 0.0) -> Iterator[bool]:
    """Hold a folder until the end of the block; False where somebody else does, or none can.

    Args:
        folder: must exist.
        wait: for how many seconds another holder is waited for.
    """
    lock = _lock(folder, wait)
    try:
        yield lock is not None
    finally:
        if lock is not None:
            _unlock(lock)


def _lock(folder: Path, wait: float) -> int | None:
    try:
        import fcntl

        lock = os.open(folder, os.O_RDONLY)
    except (ImportError, OSError):
        return None
    until = time.monotonic() + wait
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() < until:
                time.sleep(0.02)
                continue
        except OSError:
            pass
        else:
            return lock
        os.close(lock)
        return None


def _unlock(lock: int) -> None:
    import fcntl

    # Closing is not enough: a child that was forked meanwhile has the lock as well.
    with contextlib.suppress(OSError):
        fcntl.flock(lock, fcntl.LOCK_UN)
    os.close(lock)


def _remove(left: Path) -> None:
    with contextlib.suppress(OSError):
        if not left.is_dir():
            left.unlink()
            return
        # A folder that is built in is held for as long as that takes.
        with held(left) as mine:
            if mine:
                shutil.rmtree(left, ignore_errors=True)
