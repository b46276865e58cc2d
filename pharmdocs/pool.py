"""Guarded child processes: a function runs with bounded memory, processor and wall time.

A crash in there (no font, a bomb in a style sheet, a killed process) is a named error here, and
the parent lives on. What goes in and what comes out is pickled.
"""

import contextlib
import gc
import multiprocessing
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import Any, TypeVar

from pharmdocs.errors import LayoutError, PharmdocsError, Problem

_In = TypeVar("_In")
_Out = TypeVar("_Out")


@dataclass(frozen=True)
class Limits:
    """What a child may use: bytes of address space, processor seconds, seconds on the clock."""

    memory: int = 4_000_000_000
    cpu: int = 600
    wall: int = 900


def guarded(function: Callable[[_In], _Out], argument: _In, limits: Limits = Limits()) -> _Out:
    """The function's result, computed in a child process.

    Raises:
        PharmdocsError: the one that the function raised, or a LayoutError when the child died or
            used more than its limits.
    """
    return each(function, [argument], 1, limits)[0]


def each(
    function: Callable[[_In], _Out],
    arguments: Sequence[_In],
    jobs: int,
    limits: Limits = Limits(),
    done: Callable[[int], None] | None = None,
    called: Callable[[_In], str] | None = None,
) -> list[_Out]:
    """The function's results in the order of the arguments, computed in several children.

    A child that dies is followed by another, which begins with what it died at, once.

    Args:
        function: what a child does, again and again.
        arguments: dealt out in turn, so that every child gets about as much.
        jobs: how many children at the most.
        limits: what each child may use in all.
        done: told how many results are there, whenever one has come.
        called: what to call an argument, should a child give up at it.

    Raises:
        PharmdocsError: the first that any child raised; the others are ended.
    """
    if not arguments:
        return []
    jobs = max(1, min(jobs, len(arguments)))
    children: list[_Child] = []
    # The children's temporary files lie in a folder of the parent's: a child may be killed.
    with tempfile.TemporaryDirectory(prefix="pharmdocs-") as scratch:

        def begun(first: int) -> _Child:
            child = _start(function, arguments[first::jobs], limits, scratch)
            children.append(child)
            return child

        try:
            return _collect(begun, arguments, jobs, limits, done, called)
        finally:
            for child in children:
                child.end()


def streamed(
    function: Callable[[_In], Iterable[_Out]], argument: _In, limits: Limits = Limits()
) -> Iterator[_Out]:
    """What the function gives, piece by piece, computed in a child that waits for its reader.

    The clock limits each piece, and not how long the reader takes. No piece is None. The child
    ends with the iterator.

    Raises:
        PharmdocsError: as `guarded` has it, after the pieces that were whole.
    """
    with tempfile.TemporaryDirectory(prefix="pharmdocs-") as scratch:
        child = _start(_Pieces(function, argument), range(sys.maxsize), limits, scratch)
        try:
            while child.receiver.poll(limits.wall):
                piece = child.answer(limits)
                if piece is None:
                    return
                yield piece
            raise _failure(f"typesetting took longer than {limits.wall} seconds")
        except _GivenUpError as error:
            raise _failure(error.what) from None
        finally:
            child.end()


@dataclass
class _Pieces:
    """In the child: the next piece at each call, and None behind the last."""

    function: Callable[[Any], Iterable[Any]]
    argument: Any
    pieces: Iterator[Any] | None = None

    def __call__(self, _: int) -> Any:
        if self.pieces is None:
            self.pieces = iter(self.function(self.argument))
        return next(self.pieces, None)


def _collect(
    begun: Callable[[int], "_Child"],
    arguments: Sequence[_In],
    jobs: int,
    limits: Limits,
    done: Callable[[int], None] | None,
    called: Callable[[_In], str] | None,
) -> list[Any]:
    results: dict[int, Any] = {}
    again: set[int] = set()
    until = time.monotonic() + limits.wall
    waiting: dict[Any, tuple[_Child, int]] = {}
    for first in range(jobs):
        child = begun(first)
        waiting[child.receiver] = child, first
    while waiting:
        ready = wait(list(waiting), max(until - time.monotonic(), 0))
        if not ready:
            at = [arguments[index] for _, index in waiting.values()]
            raise _failure(f"typesetting took longer than {limits.wall} seconds", at, called)
        for receiver in ready:
            child, index = waiting.pop(receiver)
            try:
                results[index] = child.answer(limits)
            except _GivenUpError as error:
                if not error.died or index in again:
                    once_more = " again when it was tried once more" if error.died else ""
                    raise _failure(error.what + once_more, [arguments[index]], called) from None
                again.add(index)
                child.end()
                fresh = begun(index)
                waiting[fresh.receiver] = fresh, index
                continue
            if done:
                done(len(results))
            if index + jobs < len(arguments):
                waiting[receiver] = child, index + jobs
    return [results[index] for index in range(len(arguments))]


class _GivenUpError(Exception):
    """A child died, or used more than its limits."""

    def __init__(self, what: str, died: bool = False) -> None:
        super().__init__(what, died)
        self.what, self.died = what, died


@dataclass(frozen=True)
class _Child:
    process: Any
    receiver: Connection

    def answer(self, limits: Limits) -> Any:
        """The next result; raises what the child raised, or what became of it."""
        try:
            found = self.receiver.recv()
        except EOFError:
            self.process.join()
            found = _ending(self.process.exitcode, limits)
        if isinstance(found, Exception):
            raise found
        return found

    def end(self) -> None:
        """Leave nothing behind."""
        self.process.kill()
        self.process.join()
        self.receiver.close()


def _start(
    function: Callable[[Any], Any], arguments: Sequence[Any], limits: Limits, scratch: str
) -> _Child:
    # Forking is cheap, and children have what the parent has loaded; where forking is unsafe
    # (macOS frameworks) a fresh interpreter does as well.
    context: Any = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    receiver, sender = context.Pipe(duplex=False)
    target = (function, arguments, limits, scratch, sender)
    process = context.Process(target=_run, args=target, daemon=True)
    process.start()
    sender.close()
    return _Child(process, receiver)


def _ending(code: int, limits: Limits) -> _GivenUpError:
    if code == -signal.SIGXCPU:
        return _GivenUpError(f"typesetting used more than {limits.cpu} seconds of processor time")
    ending = f"signal {-code}" if code < 0 else f"exit code {code}"
    # What the system does first when memory runs out.
    ending += ", as when memory runs out" if code == -signal.SIGKILL else ""
    return _GivenUpError(f"the typesetter died ({ending})", died=True)


def _run(
    function: Callable[[Any], Any],
    arguments: Sequence[Any],
    limits: Limits,
    scratch: str,
    sender: Connection,
) -> None:
    # Ctrl-C belongs to the parent, which ends this child; so does what the parent makes of others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _die_with_parent()
    tempfile.tempdir = scratch
    _limit(limits)
    # Collecting cycles while a document lives costs a tenth of the time: once after each.
    gc.disable()
    for number, argument in enumerate(arguments):
        answer = _answer(function, argument, limits)
        sender.send(answer)
        if isinstance(answer, Exception):
            break
        del answer
        gc.collect()
        if not number:
            # What the first run has loaded stays; there is no need to look through it again.
            gc.freeze()
    sender.close()


def _answer(function: Callable[[Any], Any], argument: Any, limits: Limits) -> Any:
    try:
        return function(argument)
    except PharmdocsError as error:
        return error
    except MemoryError:
        return _GivenUpError(f"typesetting needs more than {limits.memory / 1e9:.1f} GB of memory")
    except RecursionError:
        return _GivenUpError("the content is nested too deeply to be typeset")
    except Exception as error:  # a bug: it keeps its traceback on the way to the parent
        error.add_note(traceback.format_exc())
        return error


def _die_with_parent() -> None:
    """A parent that is killed cannot end its children; Linux does."""
    if sys.platform == "linux":
        import ctypes

        with contextlib.suppress(OSError, AttributeError):
            set_on_parents_death = 1
            ctypes.CDLL(None).prctl(set_on_parents_death, signal.SIGKILL)


def _limit(limits: Limits) -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
        resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu, limits.cpu + 5))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _failure(
    what: str, at: Sequence[_In] = (), called: Callable[[_In], str] | None = None
) -> LayoutError:
    where = f", at {', '.join(map(called, at))}" if called else ""
    fix = "look for a very large table or picture, or build fewer questions with --only"
    return LayoutError(Problem(None, what + where, fix))
