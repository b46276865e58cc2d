"""Faults at every step of writing: the steps are counted once, then each of them is made to fail.

A command runs up to its first step in the watched folder. From there it is forked, so that what
comes before (reading, typesetting, proving) is done once, and every try costs only what follows.
"""

import builtins
import errno
import io
import os
import pickle
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from pharmdocs.cli import main

_WRITING = ("open", "write", "fsync", "mkdir", "link", "replace")
_NAMING = ("open", "mkdir", "link", "replace", "unlink", "rmdir")
# Where these fail, nothing need be lost: the folder is there, a way back is missing, a temporary
# file stays.
HARMLESS = ("mkdir", "link", "unlink", "rmdir")
TIDYING = ("unlink", "rmdir")

Contents = dict[str, bytes | None]


@dataclass(frozen=True)
class Fault:
    """What happens at a step: an error of the system at steps of some kinds, or a signal.

    `lasting` is an error at all later steps too; `after` a signal once the step is done.
    """

    name: str
    error: int = 0
    steps: tuple[str, ...] = ()
    signal: int = 0
    lasting: bool = False
    after: bool = False


FAULTS = (
    Fault("disk full", errno.ENOSPC, _WRITING),
    Fault("disk stays full", errno.ENOSPC, _WRITING[:5], lasting=True),
    Fault("EIO", errno.EIO, (*_WRITING, "unlink", "rmdir")),
    Fault("EACCES", errno.EACCES, _NAMING),
    Fault("EROFS", errno.EROFS, _NAMING),
    Fault("EMFILE", errno.EMFILE, ("open",)),
    Fault("SIGINT", signal=signal.SIGINT),
    Fault("SIGINT after", signal=signal.SIGINT, after=True),
    Fault("SIGTERM", signal=signal.SIGTERM),
    Fault("SIGKILL", signal=signal.SIGKILL),
)


@dataclass(frozen=True)
class Try:
    """A fault at the step with this number, of this kind, and what came of it.

    `code` is negative when a signal ended the process; `next` is what the next run leaves.
    """

    fault: Fault
    at: int
    step: str
    code: int
    output: str
    said: str
    left: Contents
    next: Contents


@dataclass
class Tries:
    """A command without faults, and every try. `new` is what the command leaves."""

    old: Contents
    new: Contents = field(default_factory=dict)
    steps: tuple[str, ...] = ()
    tries: list[Try] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """How many tries there were of each fault."""
        names = [fault.name for fault in FAULTS]
        return {name: sum(it.fault.name == name for it in self.tries) for name in names}


def contents(folder: Path) -> Contents:
    """Every file below a folder with its bytes, every folder with None."""
    return {
        path.relative_to(folder).as_posix(): None if path.is_dir() else path.read_bytes()
        for path in folder.rglob("*")
    }


def restore(folder: Path, wanted: Contents) -> None:
    """Give a folder these contents."""
    for name in sorted(contents(folder), reverse=True):
        path = folder / name
        path.rmdir() if path.is_dir() else path.unlink()
    for name, data in sorted(wanted.items()):
        if data is None:
            (folder / name).mkdir()
        else:
            (folder / name).write_bytes(data)


class _EnoughError(BaseException):
    """Every try is made: the command that was forked need not go on."""


def tried(
    arguments: Sequence[str | Path],
    watched: Path,
    faults: Sequence[Fault] = FAULTS,
    every: int = 1,
    action: Callable[[], Any] | None = None,
) -> Tries:
    """Let every `every`th step of a command fail in every way."""
    found = Tries(contents(watched))
    steps = _Steps(watched)
    parent = os.getpid()
    pipe = os.pipe()

    def forked(fault: Fault | None, at: int) -> tuple[int, str, str, tuple[str, ...]] | None:
        """What became of a child; None in the child itself, which goes on."""
        child = os.fork()
        if not child:
            steps.fault, steps.at, steps.process = fault, at, os.getpid()
            # A shell that starts the tests in its background has them ignore it.
            signal.signal(signal.SIGINT, signal.default_int_handler)
            return None
        _, status = os.waitpid(child, 0)
        code = os.waitstatus_to_exitcode(status)
        if code:
            return code, "", "", ()
        size = int.from_bytes(os.read(pipe[0], 4), "big")
        told: tuple[int, str, str, tuple[str, ...]] = pickle.loads(os.read(pipe[0], size))  # noqa: S301
        return told

    def serve() -> None:
        plain = forked(None, 0)
        if plain is None:
            return
        assert plain[0] == 0, plain
        found.new, found.steps = contents(watched), plain[3]
        for fault in faults:
            for at in range(1, len(found.steps) + 1, every):
                step = found.steps[at - 1]
                if fault.steps and step not in fault.steps:
                    continue
                restore(watched, found.old)
                told = forked(fault, at)
                if told is None:
                    return
                left = contents(watched)
                # After an error nothing is left that could be in the next one's way: it was judged.
                if fault.signal and forked(None, 0) is None:
                    return
                after = contents(watched) if fault.signal else found.new
                found.tries.append(Try(fault, at, step, *told[:3], left, after))
        restore(watched, found.old)
        raise _EnoughError

    steps.before = serve
    try:
        with pytest.MonkeyPatch.context() as patch:
            steps.count_in(patch)
            told = action() if action else _command(arguments)
    except _EnoughError:
        os.close(pipe[0])
        os.close(pipe[1])
        return found
    except BaseException as error:
        if os.getpid() == parent:
            raise
        told = (-1000, "", f"raised {error!r}")
    assert os.getpid() != parent, f"nothing was written: {told}"
    data = pickle.dumps((*told, tuple(steps.names)))
    os.write(pipe[1], len(data).to_bytes(4, "big") + data)
    os._exit(0)


def _command(arguments: Sequence[str | Path]) -> tuple[int, str, str]:
    words = [str(word) for word in arguments]
    result = CliRunner().invoke(main, words, catch_exceptions=False)
    return result.exit_code, result.stdout, result.stderr


class _Steps:
    """Counts what is done to files in a folder, and lets one step fail."""

    def __init__(self, watched: Path) -> None:
        self.root = f"{watched}{os.sep}"
        self.names: list[str] = []
        self.fault: Fault | None = None
        self.at = 0
        self.before: Callable[[], None] | None = None
        self.process = os.getpid()

    def count_in(self, patch: pytest.MonkeyPatch) -> None:
        """From now on what changes files is counted."""
        for kind, name, place in (
            ("replace", "replace", 1), ("replace", "rename", 1), ("link", "link", 1),
            ("mkdir", "mkdir", 0), ("unlink", "unlink", 0), ("rmdir", "rmdir", 0),
        ):  # fmt: skip
            patch.setattr(os, name, self._counted(kind, getattr(os, name), place))
        # A copy that is forked in the middle cannot wait for what the original has begun.
        patch.setattr("pharmdocs.children.ahead", nullcontext)
        # Nobody pulls the plug, and a real one takes longer than everything else here.
        patch.setattr(os, "fsync", lambda _: self.step("fsync", lambda: None))
        opened = io.open

        def open_(file: Any, mode: str = "r", *rest: Any, **named: Any) -> Any:
            if set(mode) <= set("rbt") or not self._is_in(file):
                return opened(file, mode, *rest, **named)
            made = self.step("open", lambda: opened(file, mode, *rest, **named))
            return _File(made, self)

        patch.setattr(io, "open", open_)
        patch.setattr(builtins, "open", open_)

    def _counted(self, kind: str, function: Callable[..., Any], place: int) -> Callable[..., Any]:
        def counted(*arguments: Any, **named: Any) -> Any:
            if named.get("dir_fd") is not None or not self._is_in(arguments[place]):
                return function(*arguments, **named)
            return self.step(kind, lambda: function(*arguments, **named))

        return counted

    def _is_in(self, path: Any) -> bool:
        if not isinstance(path, (str, os.PathLike)):
            return False
        return f"{Path(path).absolute()}{os.sep}".startswith(self.root)

    def step(self, kind: str, do: Callable[[], Any], half: Callable[[], Any] | None = None) -> Any:
        """One step; `half` does a part of it, before it fails."""
        if os.getpid() != self.process:
            # A child of the command, which writes nothing that stays.
            return do()
        if self.before:
            before, self.before = self.before, None
            before()
            self.names.clear()  # what was put back between two tries
        self.names.append(kind)
        fault, number = self.fault, len(self.names)
        if not fault or number < self.at or (number > self.at and not fault.lasting):
            return do()
        if fault.signal:
            if not fault.after:
                signal.raise_signal(fault.signal)
            try:
                return do()
            finally:
                signal.raise_signal(fault.signal)
        if kind in fault.steps:
            if half:
                half()
            raise OSError(fault.error, os.strerror(fault.error))
        return do()


class _File:
    """A file that is written to in steps, each of which may fail halfway."""

    def __init__(self, file: Any, steps: _Steps) -> None:
        self._file, self._steps = file, steps

    def write(self, data: Any) -> Any:
        """Write all, or half of it when it fails."""
        write = self._file.write
        return self._steps.step("write", lambda: write(data), lambda: write(data[: len(data) // 2]))

    def __enter__(self) -> "_File":
        self._file.__enter__()
        return self

    def __exit__(self, *error: object) -> Any:
        return self._file.__exit__(*error)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._file)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)
